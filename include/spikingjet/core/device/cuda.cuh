// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/device/budget.hpp>
#include <spikingjet/core/error.hpp>

#include <cuda_runtime_api.h>
#include <thrust/system/cuda/error.h>
#include <thrust/system/cuda/execution_policy.h>
#include <thrust/system_error.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <string>

namespace spikingjet {

/// A call of the CUDA runtime that failed.
class CudaFailure : public Failure {
 public:
  CudaFailure(const std::string& doing, cudaError_t found)
      : Failure("spikingjet: the GPU failed while " + doing + ": " + cudaGetErrorString(found)), error(found) {}

  cudaError_t error;
};

/// There is no GPU, or no driver that this program's CUDA runtime works with.
class NoGpu : public Failure {
 public:
  explicit NoGpu(const std::string& why)
      : Failure("spikingjet: there is no GPU to run on (" + why + "); use '--backend cpu'") {}
};

/// A GPU that this machine does not have.
class UnknownGpu : public Misuse {
 public:
  UnknownGpu(int wanted, int count)
      : Misuse("spikingjet: there is no GPU " + std::to_string(wanted) + "; this machine's are 0 to " +
               std::to_string(count - 1)),
        ordinal(wanted) {}

  int ordinal;
};

inline void require_cuda(cudaError_t found, const char* doing) {
  if (found != cudaSuccess) throw CudaFailure(doing, found);
}

/// Number of GPUs.
///
/// **Errors** `NoGpu`.
inline int count_gpus() {
  int count = 0;
  const cudaError_t found = cudaGetDeviceCount(&count);
  if (found != cudaSuccess) {
    cudaGetLastError();  // it is not to be met again
    throw NoGpu(cudaGetErrorString(found));
  }
  if (count == 0) throw NoGpu("the driver finds none");
  return count;
}

/// One GPU: a stream for work, and one for copies beside it.
///
/// **Errors** `NoGpu`, `UnknownGpu` and `CudaFailure` on construction; `DeviceMemoryShort` beyond its share of memory,
/// or where the GPU has no more.
class CudaDevice {
 public:
  /// Takes a share of what memory is free now.
  CudaDevice(int ordinal, double memory_share) : ordinal_(ordinal) {
    const int count = count_gpus();
    if (ordinal < 0 || ordinal >= count) throw UnknownGpu(ordinal, count);
    bind();
    std::size_t free_bytes = 0;
    std::size_t all_bytes = 0;
    require_cuda(cudaMemGetInfo(&free_bytes, &all_bytes), "asking for its memory");
    memory_ = MemoryBudget(static_cast<std::size_t>(memory_share * static_cast<double>(free_bytes)));
    require_cuda(cudaStreamCreateWithFlags(&work_, cudaStreamNonBlocking), "making a stream");
    require_cuda(cudaStreamCreateWithFlags(&copies_, cudaStreamNonBlocking), "making a stream");
    require_cuda(cudaEventCreateWithFlags(&passed_, cudaEventDisableTiming), "making an event");
    cudaMemPoolProps kept{};
    kept.allocType = cudaMemAllocationTypePinned;
    kept.location.type = cudaMemLocationTypeDevice;
    kept.location.id = ordinal;
    require_cuda(cudaMemPoolCreate(&pool_, &kept), "making a pool of its memory");
    std::uint64_t keep_all = UINT64_MAX;  // what is freed is soon asked for again
    require_cuda(cudaMemPoolSetAttribute(pool_, cudaMemPoolAttrReleaseThreshold, &keep_all),
                 "setting up its memory pool");
  }
  CudaDevice(const CudaDevice&) = delete;
  CudaDevice& operator=(const CudaDevice&) = delete;
  ~CudaDevice() {
    settle();
    cudaEventDestroy(passed_);
    cudaStreamDestroy(copies_);
    cudaStreamDestroy(work_);
    cudaMemPoolDestroy(pool_);  // an engine made later finds this memory free
  }

  auto policy() {
    bind();
    return thrust::cuda::par_nosync(temporaries_).on(work_);
  }

  void* allocate(std::size_t bytes) {
    bind();
    memory_.take(bytes);
    void* p = nullptr;
    const cudaError_t found = take_from_pool(&p, bytes);
    if (found == cudaSuccess) return p;
    memory_.give_back(bytes);
    cudaGetLastError();
    if (found == cudaErrorMemoryAllocation) throw DeviceMemoryShort(bytes);
    throw CudaFailure("taking memory", found);
  }
  void deallocate(void* p, std::size_t bytes) noexcept {
    cudaSetDevice(ordinal_);
    cudaFreeAsync(p, work_);
    memory_.give_back(bytes);
  }
  void* allocate_staging(std::size_t bytes) {
    bind();
    void* p = nullptr;
    require_cuda(cudaMallocHost(&p, bytes), "taking memory of the host");
    return p;
  }
  void deallocate_staging(void* p) noexcept { cudaFreeHost(p); }

  void to_device(void* to, const void* from, std::size_t bytes) {
    bind();
    require_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, work_), "copying to it");
  }
  void to_device_ahead(void* to, const void* from, std::size_t bytes) {
    bind();
    wait(copies_, work_);  // the target's memory was taken in that order
    require_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, copies_), "copying to it");
  }
  void wait_ahead() {
    bind();
    wait(work_, copies_);
  }
  void to_host(void* to, const void* from, std::size_t bytes) {
    bind();
    require_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, work_), "copying from it");
    wait_work();
  }
  void wait_work() {
    bind();
    require_cuda(cudaStreamSynchronize(work_), "computing");
  }
  void synchronize() {
    wait_work();
    require_cuda(cudaStreamSynchronize(copies_), "copying to it");
  }

  /// Waits for all work and all copies, whatever became of them.
  void settle() noexcept {
    cudaSetDevice(ordinal_);
    cudaStreamSynchronize(work_);
    cudaStreamSynchronize(copies_);
    cudaGetLastError();  // it is not to be met again
  }

  /// Whether an error says that memory is short; also where a launch or Thrust met it.
  static bool is_memory_short(const std::exception& error) {
    if (dynamic_cast<const std::bad_alloc*>(&error)) return true;
    bool is_short = false;
    if (const auto* failure = dynamic_cast<const CudaFailure*>(&error))
      is_short = failure->error == cudaErrorMemoryAllocation;
    if (const auto* failure = dynamic_cast<const thrust::system_error*>(&error))
      is_short = failure->code().category() == thrust::cuda_category() &&
                 failure->code().value() == int(cudaErrorMemoryAllocation);
    if (is_short) cudaGetLastError();  // it is not to be met again
    return is_short;
  }

  MemoryBudget& memory() { return memory_; }
  int ordinal() const { return ordinal_; }

 private:
  /// Gives Thrust its temporary memory.
  struct Temporaries {
    using value_type = char;

    char* allocate(std::ptrdiff_t bytes) {
      return static_cast<char*>(device->allocate(static_cast<std::size_t>(bytes)));
    }
    void deallocate(char* p, std::size_t bytes) { device->deallocate(p, bytes); }

    CudaDevice* device;
  };

  /// Memory that was freed and lies in pieces goes back to the GPU before it counts as short.
  cudaError_t take_from_pool(void** p, std::size_t bytes) {
    cudaError_t found = cudaMallocFromPoolAsync(p, bytes, pool_, work_);
    if (found != cudaErrorMemoryAllocation) return found;
    settle();
    cudaMemPoolTrimTo(pool_, 0);
    return cudaMallocFromPoolAsync(p, bytes, pool_, work_);
  }

  void bind() const { require_cuda(cudaSetDevice(ordinal_), "choosing it"); }

  void wait(cudaStream_t later, cudaStream_t earlier) {
    require_cuda(cudaEventRecord(passed_, earlier), "ordering its streams");
    require_cuda(cudaStreamWaitEvent(later, passed_, 0), "ordering its streams");
  }

  int ordinal_;
  MemoryBudget memory_;
  cudaStream_t work_ = nullptr;
  cudaStream_t copies_ = nullptr;
  cudaEvent_t passed_ = nullptr;
  cudaMemPool_t pool_ = nullptr;
  Temporaries temporaries_{this};
};

}  // namespace spikingjet
