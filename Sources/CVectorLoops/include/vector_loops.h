// Loops that Swift compiles to SSE2 only, built for the processor's widest vectors instead.
// Every function is a plain loop; the compiler makes one clone an instruction set and the loader
// picks. A loop is here only where a benchmark showed more than 1.5 times the speed of Swift's.
#ifndef VECTOR_LOOPS_H
#define VECTOR_LOOPS_H

#include <stddef.h>

// One step of stochastic gradient descent over n values. momentum_buffer may be NULL; is_first says
// that it holds nothing yet. sign is -1 to climb instead of descend.
void vector_loops_sgd_step(
    float *restrict value, const float *restrict gradient, float *restrict momentum_buffer,
    size_t n, float learning_rate, float momentum, float dampening, float weight_decay,
    int nesterov, int is_first, float sign);

struct vector_loops_adam {
    float step_size, second_correction, beta1, one_minus_beta1, beta2, one_minus_beta2, epsilon;
    float coupled_decay, shrink, sign;
};

// One step of Adam over n values. largest_square may be NULL (no AMSGrad).
void vector_loops_adam_step(
    float *restrict value, const float *restrict gradient, float *restrict average,
    float *restrict square, float *restrict largest_square, size_t n,
    struct vector_loops_adam settings);

// The sum of squares of n values, in double precision, in eight interleaved partial sums.
double vector_loops_sum_of_squares(const float *values, size_t n);

// Multiplies n values by a factor.
void vector_loops_scale(float *values, size_t n, float factor);

// Cuts n values to [-limit, limit].
void vector_loops_clamp(float *values, size_t n, float limit);

// Normalises n interleaved three-channel pixels:
// (pixel - mean) in float, times inverse in double, rounded once.
// swap_channels reads the first and third channel in each other's place.
void vector_loops_normalize_bytes(
    const unsigned char *restrict pixels, float *restrict interleaved, size_t n,
    const float mean[3], const double inverse[3], int swap_channels);
void vector_loops_normalize_floats(
    const float *restrict pixels, float *restrict interleaved, size_t n, const float mean[3],
    const double inverse[3], int swap_channels);

#endif
