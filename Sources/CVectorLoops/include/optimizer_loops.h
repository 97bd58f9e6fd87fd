// Steps of the less common optimizers over n values, for the processor's widest vectors.
// In all of them sign is -1 to climb instead of descend, coupled_decay * value joins the gradient, and
// value is multiplied by shrink first (decoupled weight decay).
#ifndef OPTIMIZER_LOOPS_H
#define OPTIMIZER_LOOPS_H

#include <stddef.h>

struct optimizer_loops_rmsprop {
    float learning_rate, alpha, one_minus_alpha, epsilon, momentum, coupled_decay, sign;
};

// average may be NULL (not centered), momentum_buffer may be NULL (no momentum).
void optimizer_loops_rmsprop_step(
    float *restrict value, const float *restrict gradient, float *restrict square,
    float *restrict average, float *restrict momentum_buffer, size_t n,
    struct optimizer_loops_rmsprop settings);

struct optimizer_loops_adagrad {
    float step_size, epsilon, coupled_decay, sign;
};

void optimizer_loops_adagrad_step(
    float *restrict value, const float *restrict gradient, float *restrict sum, size_t n,
    struct optimizer_loops_adagrad settings);

struct optimizer_loops_adadelta {
    float learning_rate, rho, one_minus_rho, epsilon, coupled_decay, sign;
};

void optimizer_loops_adadelta_step(
    float *restrict value, const float *restrict gradient, float *restrict square,
    float *restrict changes, size_t n, struct optimizer_loops_adadelta settings);

struct optimizer_loops_adamax {
    float step_size, one_minus_beta1, beta2, epsilon, coupled_decay, sign;
};

void optimizer_loops_adamax_step(
    float *restrict value, const float *restrict gradient, float *restrict average,
    float *restrict largest, size_t n, struct optimizer_loops_adamax settings);

// NAdam and RAdam: value -= (gradient_rate * gradient + average_rate * average) / spread, where spread
// is sqrt(square / second_correction) + epsilon, sqrt(square) + epsilon, or 1.
enum optimizer_loops_spread {
    optimizer_loops_corrected_root,
    optimizer_loops_root,
    optimizer_loops_no_spread
};

struct optimizer_loops_moments {
    float gradient_rate, average_rate, one_minus_beta1, beta2, one_minus_beta2, epsilon;
    float second_correction, coupled_decay, shrink, sign;
    enum optimizer_loops_spread spread;
};

void optimizer_loops_moments_step(
    float *restrict value, const float *restrict gradient, float *restrict average,
    float *restrict square, size_t n, struct optimizer_loops_moments settings);

struct optimizer_loops_asgd {
    float rate, shrink, average_share, coupled_decay, sign;
};

// average follows value by average_share of the way.
void optimizer_loops_asgd_step(
    float *restrict value, const float *restrict gradient, float *restrict average, size_t n,
    struct optimizer_loops_asgd settings);

struct optimizer_loops_rprop {
    float shrinking, growing, smallest, largest, sign;
};

// previous is the last gradient, 0 where the sign had turned; size is how far each value goes.
void optimizer_loops_rprop_step(
    float *restrict value, const float *restrict gradient, float *restrict previous,
    float *restrict size, size_t n, struct optimizer_loops_rprop settings);

struct optimizer_loops_lamb {
    float gradient_divisor, beta1, taken, beta2, one_minus_beta2, first_correction;
    float second_correction_root, epsilon, decay;
};

// The change that Lamb scales by the sizes of the parameter and of the change itself.
void optimizer_loops_lamb_change(
    float *restrict change, const float *restrict value, const float *restrict gradient,
    float *restrict average, float *restrict square, size_t n,
    struct optimizer_loops_lamb settings);

// How the squares of a gradient's matrices follow the present ones: row and column hold means over a
// row and over a column of each matrix.
void optimizer_loops_adafactor_means(
    const float *restrict gradient, float *restrict row, float *restrict column, size_t matrices,
    size_t rows, size_t columns, float share);

// The gradient over the root of what row and column say its squares are.
void optimizer_loops_adafactor_change(
    float *restrict change, const float *restrict gradient, const float *restrict row,
    const float *restrict column, size_t matrices, size_t rows, size_t columns, float epsilon,
    float sign);

// The same for a vector, whose squares have a mean each.
void optimizer_loops_adafactor_vector_change(
    float *restrict change, const float *restrict gradient, float *restrict variance, size_t n,
    float share, float epsilon, float sign);

// value = shrink * value - rate * change
void optimizer_loops_move(
    float *restrict value, const float *restrict change, size_t n, float shrink, float rate);

#endif
