// A convolution's weight as the matrix that multiplies whole images, and back: for convolutions whose
// every output sees every input.
#ifndef SPREAD_WEIGHT_H
#define SPREAD_WEIGHT_H

#include <stddef.h>

// Rows of the matrix stand for outputs, columns for inputs, both ordered as in images whose channels
// lie in blocks of 16: block, height, width, channel. Channels come in 16s; dilation is 1.
struct spread_weight_shape {
    size_t outputs, inputs; // channels
    size_t kernel_height, kernel_width;
    size_t stride_height, stride_width;
    size_t padding_height, padding_width;
    size_t input_height, input_width;
    size_t output_height, output_width;
    int threads;
};

// matrix = the places of weight[outputs][inputs][kernel_height][kernel_width]
void spread_weight(
    const struct spread_weight_shape *shape, const float *weight, float *matrix);

// gradient = the sums of the matrix's values over the places of each weight; 0 for one that meets
// nothing but padding.
void spread_weight_gradient(
    const struct spread_weight_shape *shape, const float *matrix, float *gradient);

#endif
