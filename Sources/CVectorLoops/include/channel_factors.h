// Activations of one image times a factor a channel, for 16 neighbouring channels.
#ifndef CHANNEL_FACTORS_H
#define CHANNEL_FACTORS_H

#include <stddef.h>

// output = input * factors at `positions` places, `step` values apart; values are bfloat16 on request.
void channel_factors_multiply(
    const void *input, const float *factors, void *output, size_t positions, size_t step,
    int is_bfloat16);

// sums = the sums of a * b over the places, in double precision.
void channel_factors_sum_products(
    const void *a, const void *b, float *sums, size_t positions, size_t step, int is_bfloat16);

#endif
