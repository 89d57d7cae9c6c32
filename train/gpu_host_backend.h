// The GPU's work done by the host, element by element: what the tests compare with the CPU's passes.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "train/gpu_network.h"

namespace quillet::train::gpu {

class HostBackend {
  public:
    template <class T>
    T* allocate(size_t count) {
        auto block = std::make_shared<std::vector<T>>(count);
        blocks_.push_back(block);
        return block->data();
    }
    template <class T>
    void upload(T* to, const T* from, size_t count) {
        std::copy_n(from, count, to);
    }
    template <class T>
    void download(T* to, const T* from, size_t count) {
        std::copy_n(from, count, to);
    }
    template <class T>
    void copy(T* to, const T* from, size_t count) {
        std::copy_n(from, count, to);
    }
    template <class F>
    void each(int64_t n, F f) {
        for (int64_t i = 0; i < n; i++) f(i);
    }
    template <class F>
    void rows(int64_t n, F f) {
        for (int64_t i = 0; i < n; i++) f(i, Lanes{});
    }
    template <class F>
    void replay(int, F work) {
        work();
    }
    void multiply(const Product& p) {
        for (int64_t r = 0; r < p.rows; r++)
            for (int64_t c = 0; c < p.columns; c++) {
                double sum = 0;
                for (int64_t i = 0; i < p.inner; i++) {
                    const int64_t a =
                        p.first_transposed ? i * p.first_stride + r : r * p.first_stride + i;
                    const int64_t b =
                        p.second_transposed ? c * p.second_stride + i : i * p.second_stride + c;
                    sum += double{p.first[a]} * p.second[b];
                }
                float& to = p.to[r * p.to_stride + c];
                to = static_cast<float>(sum) + (p.keep != 0 ? p.keep * to : 0.f);
            }
    }

  private:
    std::vector<std::shared_ptr<void>> blocks_;
};

}  // namespace quillet::train::gpu
