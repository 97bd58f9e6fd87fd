// Batch normalisation, with the addition of a residual and a rectifier behind it, and its gradients:
// every array is read as few times as the sums allow. For the processor's widest vectors, on the
// OpenMP runtime that the other kernels use.
#ifndef BATCH_NORM_H
#define BATCH_NORM_H

#include <stddef.h>

// Where the values of an activation lie: blocks of 16 neighbouring channels at `positions` places of
// `images` images. Steps are in values.
struct batch_norm_shape {
    size_t images, positions, blocks;
    size_t image_step, position_step, block_step;
    // Whether values are bfloat16 rather than single precision.
    int is_bfloat16;
    int threads;
};

// How many doubles of scratch memory a call needs.
size_t batch_norm_scratch(const struct batch_norm_shape *shape);

// What a forward pass reads.
struct batch_norm_forward {
    const void *input;
    // Of every channel. With has_batch_statistics the call writes the batch's (the variance biased).
    float *mean, *variance;
    int has_batch_statistics;
    float epsilon;
    const float *scale, *shift; // may be NULL together
    const void *residual;       // may be NULL; with it, the sum is rectified in any case
    int rectifies;
};

// output = (input - mean) / sqrt(variance + epsilon) * scale + shift, plus residual, rectified.
void batch_norm_run(
    const struct batch_norm_shape *shape, const struct batch_norm_forward *forward, void *output,
    double *scratch);

// What the gradients are made of.
struct batch_norm_backward {
    const void *input;
    const float *mean, *variance;
    float epsilon;
    const float *scale, *shift; // may be NULL together
    // Whether mean and variance are the batch's own, which depend on the input.
    int has_batch_statistics;
    // Of a rectified sum with a residual: the output.
    const void *output;
    // Without a residual: whether the normalised values were rectified.
    int rectifies;
    // The gradient of the output is the sum of two; the second may be NULL.
    const void *gradient, *second_gradient;
};

// Gradients of input, scale and shift (NULL together where there are none), and of the residual (NULL
// where there is none).
void batch_norm_gradients(
    const struct batch_norm_shape *shape, const struct batch_norm_backward *backward,
    void *input_gradient, float *scale_gradient, float *shift_gradient, void *residual_gradient,
    double *scratch);

#endif
