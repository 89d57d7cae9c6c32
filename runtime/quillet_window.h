/* Kernels that slide a window over images of one to three axes: convolutions and pools.
 * SPDX-License-Identifier: MIT
 *
 * Images are (batch, channels, axes…), filters (outputs, channels of a group, axes…). `shape` is a table
 * of int32_t, shape[0..5] = batch, groups, channels and outputs of a group, axes, a flag; then for each axis
 * six: size in, size out, window, stride, dilation, padding before. */
#ifndef QUILLET_WINDOW_H
#define QUILLET_WINDOW_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QUILLET_MOST_IMAGE_AXES 3

/* y = sums of filter * x, without a bias. */
void quillet_conv_f32(float* y, const float* x, const float* filters, const int32_t* shape);
void quillet_conv_i32(int32_t* y, const int32_t* x, const int32_t* filters, const int32_t* shape);
/* The reverse: each x spreads its filter over y; filters (channels, outputs of a group, axes…). Sizes in and
 * out are those of x and y, the padding is what is cut off y. */
void quillet_conv_transpose_f32(float* y, const float* x, const float* filters,
                                const int32_t* shape);

/* Groups are channels of one. Mean: the flag says that padding counts as zeros, whose ends pad_end gives for
 * each axis. */
void quillet_average_pool_f32(float* y, const float* x, const int32_t* shape,
                              const int32_t* pad_end);
/* Where no position of the window lies inside the image, the greatest is the type's least (-infinity): what
 * pads is left out, as ONNX says. quillet_max_pool_places_f32 also tells the flat place of each greatest in x
 * (axes in reverse order where the flag is set), -1 where there is none. */
void quillet_max_pool_f32(float* y, const float* x, const int32_t* shape);
void quillet_max_pool_i8(int8_t* y, const int8_t* x, const int32_t* shape);
void quillet_max_pool_u8(uint8_t* y, const uint8_t* x, const int32_t* shape);
void quillet_max_pool_places_f32(float* y, int64_t* places, const float* x, const int32_t* shape);

#ifdef __cplusplus
}
#endif

#endif
