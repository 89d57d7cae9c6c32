// A network's windows on an NVIDIA GPU: cuBLAS for the products, our kernels between them, a window
// recorded once as a CUDA graph and then replayed, so that small batches do not wait for launches.
// SPDX-License-Identifier: MIT
#include <cublas_v2.h>
#include <cuda_runtime.h>

#include <map>

#include "base/error.h"
#include "train/gpu.h"
#include "train/gpu_network.h"

namespace quillet::train::gpu {
namespace {

constexpr int kThreads = 128;
constexpr size_t kWorkspace = 32 << 20;  // of cuBLAS; a fixed one makes its sums repeatable

void check(cudaError_t status, const char* what) {
    if (status != cudaSuccess)
        throw Error("GPU", std::string(what) + " failed: " + cudaGetErrorString(status));
}

void check(cublasStatus_t status, const char* what) {
    if (status != CUBLAS_STATUS_SUCCESS)
        throw Error("GPU", std::string(what) + " failed: " + cublasGetStatusString(status));
}

template <class F>
__global__ void run_each(int64_t n, F f) {
    const int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < n) f(i);
}

template <class F>
__global__ void run_rows(int64_t n, F f) {
    const int64_t row = (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    if (row < n) f(row, Lanes{static_cast<int>(threadIdx.x % 32), 32});
}

class CudaBackend {
  public:
    explicit CudaBackend(bool tensor_cores) {
        check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "making a stream");
        check(cublasCreate(&blas_), "starting cuBLAS");
        check(cublasSetStream(blas_, stream_), "starting cuBLAS");
        workspace_ = allocate<uint8_t>(kWorkspace);
        check(cublasSetWorkspace(blas_, workspace_, kWorkspace), "starting cuBLAS");
        check(cublasSetMathMode(blas_,
                                tensor_cores ? CUBLAS_TF32_TENSOR_OP_MATH : CUBLAS_PEDANTIC_MATH),
              "starting cuBLAS");
    }
    CudaBackend(const CudaBackend&) = delete;
    CudaBackend& operator=(const CudaBackend&) = delete;
    ~CudaBackend() {
        for (auto& [key, graph] : graphs_) cudaGraphExecDestroy(graph);
        cublasDestroy(blas_);
        for (void* block : blocks_) cudaFree(block);
        cudaStreamDestroy(stream_);
    }

    template <class T>
    T* allocate(size_t count) {
        void* block = nullptr;
        const size_t bytes = std::max(count, size_t{1}) * sizeof(T);
        check(cudaMalloc(&block, bytes), "allocating memory (a smaller --batch needs less)");
        check(cudaMemset(block, 0, bytes), "clearing memory");
        blocks_.push_back(block);
        return static_cast<T*>(block);
    }
    template <class T>
    void upload(T* to, const T* from, size_t count) {
        transfer(to, from, count * sizeof(T), cudaMemcpyHostToDevice);
    }
    template <class T>
    void download(T* to, const T* from, size_t count) {
        transfer(to, from, count * sizeof(T), cudaMemcpyDeviceToHost);
        check(cudaStreamSynchronize(stream_), "a window");
    }
    template <class T>
    void copy(T* to, const T* from, size_t count) {
        transfer(to, from, count * sizeof(T), cudaMemcpyDeviceToDevice);
    }
    template <class F>
    void each(int64_t n, F f) {
        if (n == 0) return;
        run_each<<<static_cast<unsigned>((n + kThreads - 1) / kThreads), kThreads, 0, stream_>>>(n,
                                                                                                 f);
        check(cudaGetLastError(), "starting a kernel");
    }
    template <class F>
    void rows(int64_t n, F f) {
        if (n == 0) return;
        const int64_t threads = n * 32;
        run_rows<<<static_cast<unsigned>((threads + kThreads - 1) / kThreads), kThreads, 0,
                   stream_>>>(n, f);
        check(cudaGetLastError(), "starting a kernel");
    }
    // cuBLAS has column-major matrices: the product's transpose is what it is asked for.
    void multiply(const Product& p) {
        const float one = 1, keep = p.keep;
        check(cublasSgemm(
                  blas_, p.second_transposed ? CUBLAS_OP_T : CUBLAS_OP_N,
                  p.first_transposed ? CUBLAS_OP_T : CUBLAS_OP_N, static_cast<int>(p.columns),
                  static_cast<int>(p.rows), static_cast<int>(p.inner), &one, p.second,
                  static_cast<int>(p.second_stride), p.first, static_cast<int>(p.first_stride),
                  &keep, p.to, static_cast<int>(p.to_stride)),
              "a product");
    }
    template <class F>
    void replay(int key, F work) {
        auto found = graphs_.find(key);
        if (found == graphs_.end()) {
            cudaGraph_t graph = nullptr;
            check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal),
                  "recording a window");
            work();
            check(cudaStreamEndCapture(stream_, &graph), "recording a window");
            cudaGraphExec_t ready = nullptr;
            check(cudaGraphInstantiate(&ready, graph, 0), "recording a window");
            cudaGraphDestroy(graph);
            found = graphs_.emplace(key, ready).first;
        }
        check(cudaGraphLaunch(found->second, stream_), "a window");
    }

  private:
    void transfer(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
        check(cudaMemcpyAsync(to, from, bytes, kind, stream_), "copying memory");
    }

    cudaStream_t stream_ = nullptr;
    cublasHandle_t blas_ = nullptr;
    uint8_t* workspace_ = nullptr;
    std::vector<void*> blocks_;
    std::map<int, cudaGraphExec_t> graphs_;
};

class CudaNetwork : public Network {
  public:
    CudaNetwork(const Layout& layout, int streams, int steps, const Rates& rates, bool tensor_cores)
        : backend_(tensor_cores), network_(backend_, layout, streams, steps, rates) {}

    EngineState state() const override { return network_.state(); }
    void set_state(const EngineState& state) override { network_.set_state(state); }
    std::vector<float> model() const override { return network_.model(); }
    std::vector<float> states() const override { return network_.states(); }
    void set_states(const std::vector<float>& v) override { network_.set_states(v); }
    std::vector<float> gradient() const override { return network_.gradient(); }
    double set_gradient(const std::vector<float>& v) override { return network_.set_gradient(v); }
    Results compute_gradient(const Batch& batch, const Controls& controls) override {
        return network_.compute_gradient(batch, controls);
    }
    void update() override { network_.update(); }
    double loss(const Batch& batch, bool averaged) override {
        return network_.loss(batch, averaged);
    }

  private:
    CudaBackend backend_;
    DeviceNetwork<CudaBackend> network_;
};

}  // namespace
}  // namespace quillet::train::gpu

extern "C" quillet::train::gpu::MakeNetwork quillet_make_cuda_network;

quillet::train::gpu::Network* quillet_make_cuda_network(const quillet::train::Layout& layout,
                                                        int streams, int steps,
                                                        const quillet::train::gpu::Rates& rates,
                                                        bool tensor_cores, std::string& failure) {
    int count = 0;
    if (cudaGetDeviceCount(&count) != cudaSuccess || count == 0) {
        failure =
            "finds no NVIDIA GPU with a working driver; nvidia-smi shows what there is, and "
            "without --device it trains on the CPU";
        return nullptr;
    }
    try {
        return new quillet::train::gpu::CudaNetwork(layout, streams, steps, rates, tensor_cores);
    } catch (const std::exception& error) {
        failure = error.what();
        return nullptr;
    }
}
