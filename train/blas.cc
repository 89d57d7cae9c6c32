// Matrix products of row-major matrices by the BLAS, in float and double.
// SPDX-License-Identifier: MIT
#include "train/blas.h"

#ifdef __APPLE__
#    include <Accelerate/Accelerate.h>
#else
#    include <cblas.h>
// OpenBLAS's own; absent from any other.
extern "C" void openblas_set_num_threads(int threads) __attribute__((weak));
#endif

namespace quillet::train {
namespace {

void gemm(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int m, int n, int k, float scale, const float* a,
          int lda, const float* b, int ldb, float keep, float* c, int ldc) {
    cblas_sgemm(CblasRowMajor, ta, tb, m, n, k, scale, a, lda, b, ldb, keep, c, ldc);
}

void gemm(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int m, int n, int k, double scale,
          const double* a, int lda, const double* b, int ldb, double keep, double* c, int ldc) {
    cblas_dgemm(CblasRowMajor, ta, tb, m, n, k, scale, a, lda, b, ldb, keep, c, ldc);
}

}  // namespace

template <class T>
void multiply(Transposed transposed, T scale, View<const T> a, View<const T> b, T keep, View<T> c) {
    CBLAS_TRANSPOSE ta = transposed == Transposed::first ? CblasTrans : CblasNoTrans;
    CBLAS_TRANSPOSE tb = transposed == Transposed::second ? CblasTrans : CblasNoTrans;
    int depth = transposed == Transposed::first ? a.rows : a.columns;
    if (c.rows == 0 || c.columns == 0) return;
    gemm(ta, tb, c.rows, c.columns, depth, scale, a.data, a.stride, b.data, b.stride, keep, c.data,
         c.stride);
}

template void multiply(Transposed, float, View<const float>, View<const float>, float, View<float>);
template void multiply(Transposed, double, View<const double>, View<const double>, double,
                       View<double>);

void use_one_blas_thread() {
#ifndef __APPLE__
    if (openblas_set_num_threads) openblas_set_num_threads(1);
#endif
}

std::string blas_warning() {
    return QUILLET_SLOW_BLAS ? "this program was built without OpenBLAS; training more than one "
                               "layer with another BLAS may be many times slower"
                             : "";
}

}  // namespace quillet::train
