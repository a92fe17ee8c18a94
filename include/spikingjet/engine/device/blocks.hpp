// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/engine/device/golden/samples.hpp>
#include <spikingjet/engine/device/runs.hpp>
#include <spikingjet/engine/device/times.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/sample.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <utility>

namespace spikingjet {

// Work in blocks that fit into a device, and in halves of them where its memory is short.

/// Calls `work(first, count)` for parts of [0, count), at most `most` at once and half of them where memory is short,
/// and `then(first, count)` behind each part that is done. `release()` gives back what an attempt leaves.
///
/// **Errors** `DeviceTooSmall`, about `what`.
template <class Device, class Release, class Work, class Then>
void for_halves(Device& device, std::size_t count, std::size_t& most, const char* what, const Release& release,
                const Work& work, const Then& then) {
  bool released = false;  // nothing is held that could be given back
  for (std::size_t first = 0; first < count;) {
    const std::size_t now = std::min(count - first, most);
    try {
      work(first, now);
    } catch (const std::exception& error) {
      if (!device.is_memory_short(error)) throw;
      device.synchronize();
      release();
      if (now == 1 && released) throw DeviceTooSmall(what, device.memory().limit());
      released = true;
      most = std::max<std::size_t>(1, now / 2);
      continue;
    }
    released = false;
    then(first, now);
    first += now;
  }
}

/// Blocks of samples on a device, with the golden run of one at a time.
template <class Device, class Golden>
class DeviceBlocks {
 public:
  /// All must outlive it.
  DeviceBlocks(Device& device, const GraphWithParameters& network, Golden& golden, DeviceLaps<Device>& laps)
      : device_(device),
        network_(network),
        golden_(golden),
        laps_(laps),
        now_(device),
        ahead_(device),
        staged_{StagedSamples<Device>(device), StagedSamples<Device>(device)} {}

  /// Calls `at(first, count)` for each block of samples, with its golden run on the device, and before it
  /// `prepare(first, count)`, perhaps more than once. The next block is copied meanwhile. `release()` gives back what
  /// else the device holds.
  ///
  /// **Errors** `DeviceTooSmall`.
  template <class Release, class Prepare, class At>
  void each(const SampleRange& samples, std::size_t all, const Release& release, const Prepare& prepare, const At& at) {
    laps_.begin();
    std::size_t steps = 1;
    for (std::size_t s = 0; s < samples.distinct(); ++s) steps = std::max(steps, samples[s].steps());
    const std::size_t fit = device_.memory().limit() / 3 / Golden::bytes_of_sample(network_, steps);
    std::size_t block = std::clamp<std::size_t>(fit, 1, most_samples);
    std::size_t first = 0;
    now_.forget();
    bool released = false;     // nothing is held that could be given back
    bool copies_ahead = true;  // as long as there is room for it
    std::size_t turn = 0;
    const Settled settled{device_};
    while (first < all) {
      const bool copied = now_.size > 0;
      const std::size_t count = copied ? now_.size : std::min(block, all - first);
      try {
        if (!copied) {
          staged_[turn].stage(samples, first, count, network_.inputs);
          now_.copy_ahead(staged_[turn]);
        }
        device_.wait_ahead();
        laps_.lap(DevicePhase::copies);
        golden_.run(now_);
        prepare(first, count);
        ahead_.forget();
        if (copies_ahead && first + count < all) {  // into the memory of the block before
          staged_[1 - turn].stage(samples, first + count, std::min(block, all - first - count), network_.inputs);
          ahead_.copy_ahead(staged_[1 - turn]);
        }
        laps_.lap(DevicePhase::golden);
      } catch (const std::exception& error) {
        if (!device_.is_memory_short(error)) throw;
        device_.synchronize();
        release();
        golden_.release();
        now_.release();
        ahead_.release();
        if (count == 1 && released && !copies_ahead)
          throw DeviceTooSmall("the golden run of one sample", device_.memory().limit());
        copies_ahead = copies_ahead && !(count == 1 && released);
        released = true;
        block = std::max<std::size_t>(1, std::min(block, count) / 2);
        continue;
      }
      at(first, count);
      first += count;
      released = false;
      device_.synchronize();
      std::swap(now_, ahead_);
      turn = 1 - turn;
    }
  }

  /// Gives back the samples that are copied ahead.
  void release_ahead() { ahead_.release(); }

 private:
  static constexpr std::size_t most_samples = 1024;  // of a block

  /// Leaves no copy running that reads staged samples, whatever is thrown.
  struct Settled {
    Device& device;
    ~Settled() { device.settle(); }
  };

  Device& device_;
  const GraphWithParameters& network_;
  Golden& golden_;
  DeviceLaps<Device>& laps_;
  DeviceSamples<Device> now_;
  DeviceSamples<Device> ahead_;
  StagedSamples<Device> staged_[2];
};

}  // namespace spikingjet
