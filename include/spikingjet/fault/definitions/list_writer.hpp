// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/list_writer.hpp>
#include <spikingjet/fault/type_text.hpp>
#include <spikingjet/model/quantity.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace spikingjet {

SPIKINGJET_INLINE void write_fault_list(std::ostream& out, const FaultList& faults,
                                        std::span<const Quantity> quantities, const std::optional<ListOrigin>& origin) {
  bool flickers = false;
  for (std::uint64_t i = 0; i < faults.size() && !flickers; ++i) flickers = faults[i].window.duty != Window::always;
  out << "Injection,Layer,TensorIndex,Bit,Fault,Begin,End" << (flickers ? ",Duty,Seed" : "") << "\r\n";
  if (origin) out << origin_line(*origin, faults, quantities) << "\r\n";
  for (std::uint64_t i = 0; i < faults.size(); ++i) {
    const Fault fault = faults[i];
    const Quantity& quantity = quantities[fault.site.quantity];
    const Window& window = fault.window;
    out << std::to_string(i) << ',' << quantity.name() << ",\"" << quantity.shape.index_str(fault.site.element)
        << "\",";
    if (fault.bit != Fault::no_bit) out << std::to_string(fault.bit);
    out << ',' << fault_type_text(fault) << ',';
    const bool whole = window.begin == 0 && window.end == Window::whole_run;
    if (!whole) out << std::to_string(window.begin);
    out << ',';
    if (window.end != Window::whole_run) out << std::to_string(window.end);
    if (flickers) {
      char duty[40];
      char* end = std::to_chars(duty, duty + sizeof duty, double(window.duty) * 0x1p-32).ptr;
      if (window.duty != Window::always)
        out << ',' << std::string_view(duty, static_cast<std::size_t>(end - duty)) << ','
            << std::to_string(window.seed);
      else
        out << ",,";
    }
    out << "\r\n";
  }
}

SPIKINGJET_INLINE void write_fault_list(const std::string& path, const FaultList& faults,
                                        std::span<const Quantity> quantities, const std::optional<ListOrigin>& origin,
                                        Overwrite overwrite) {
  OutputFile out(path, overwrite);
  write_fault_list(out.stream(), faults, quantities, origin);
  out.finish();
}

}  // namespace spikingjet
