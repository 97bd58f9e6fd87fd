// The gradient of a convolution's weight from bfloat16 activations, on the processor's matrix tiles
// (x86 AMX). On the OpenMP runtime that the other kernels use.
#ifndef WEIGHT_GRADIENT_H
#define WEIGHT_GRADIENT_H

#include <stddef.h>
#include <stdint.h>

// A convolution. Pairs are height and width.
struct weight_gradient_shape {
    size_t images, channels, filters;
    size_t input[2], output[2];
    size_t kernel[2], stride[2], padding[2], dilation[2];
    int threads;
};

// How many bytes of scratch memory a call needs; 0 where these loops do not serve: for channels and
// filters that are no multiples of 32 (but few channels serve), or for large kernels.
size_t weight_gradient_scratch(const struct weight_gradient_shape *shape);

// Writes the gradient as [filters][channels][kernel height][kernel width].
//
// `input` and `gradient` (of the output) are [images][height][width][channels]; scratch lies on a cache
// line. The processor must have AMX with bfloat16, and the process the kernel's leave to use it.
void weight_gradient_run(
    const struct weight_gradient_shape *shape, const uint16_t *input, const uint16_t *gradient,
    float *result, void *scratch);

#endif
