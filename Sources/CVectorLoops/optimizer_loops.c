#include "optimizer_loops.h"

#include <math.h>
#include <stddef.h>

#include "widest_vectors.h"

SPECIALIZED
void rmsprop_step(
    float *restrict value, const float *restrict gradient, float *restrict square,
    float *restrict average, float *restrict momentum_buffer, size_t n,
    struct optimizer_loops_rmsprop s) {
    for (size_t i = 0; i < n; i++) {
        float direction = s.sign * gradient[i] + s.coupled_decay * value[i];
        square[i] = square[i] * s.alpha + s.one_minus_alpha * direction * direction;
        float spread = square[i];
        if (average) {
            average[i] += (direction - average[i]) * s.one_minus_alpha;
            spread -= average[i] * average[i];
        }
        float change = direction / (square_root(spread) + s.epsilon);
        if (momentum_buffer) {
            momentum_buffer[i] = momentum_buffer[i] * s.momentum + change;
            change = momentum_buffer[i];
        }
        value[i] -= s.learning_rate * change;
    }
}

FOR_WIDEST_VECTORS
void optimizer_loops_rmsprop_step(
    float *restrict value, const float *restrict gradient, float *restrict square,
    float *restrict average, float *restrict momentum_buffer, size_t n,
    struct optimizer_loops_rmsprop s) {
    if (average && momentum_buffer)
        rmsprop_step(value, gradient, square, average, momentum_buffer, n, s);
    else if (average)
        rmsprop_step(value, gradient, square, average, NULL, n, s);
    else if (momentum_buffer)
        rmsprop_step(value, gradient, square, NULL, momentum_buffer, n, s);
    else
        rmsprop_step(value, gradient, square, NULL, NULL, n, s);
}

FOR_WIDEST_VECTORS
void optimizer_loops_adagrad_step(
    float *restrict value, const float *restrict gradient, float *restrict sum, size_t n,
    struct optimizer_loops_adagrad s) {
    for (size_t i = 0; i < n; i++) {
        float direction = s.sign * gradient[i] + s.coupled_decay * value[i];
        sum[i] += direction * direction;
        value[i] -= s.step_size * direction / (square_root(sum[i]) + s.epsilon);
    }
}

FOR_WIDEST_VECTORS
void optimizer_loops_adadelta_step(
    float *restrict value, const float *restrict gradient, float *restrict square,
    float *restrict changes, size_t n, struct optimizer_loops_adadelta s) {
    for (size_t i = 0; i < n; i++) {
        float direction = s.sign * gradient[i] + s.coupled_decay * value[i];
        square[i] = square[i] * s.rho + s.one_minus_rho * direction * direction;
        float change =
            square_root(changes[i] + s.epsilon) / square_root(square[i] + s.epsilon) * direction;
        changes[i] = changes[i] * s.rho + s.one_minus_rho * change * change;
        value[i] -= s.learning_rate * change;
    }
}

FOR_WIDEST_VECTORS
void optimizer_loops_adamax_step(
    float *restrict value, const float *restrict gradient, float *restrict average,
    float *restrict largest, size_t n, struct optimizer_loops_adamax s) {
    for (size_t i = 0; i < n; i++) {
        float direction = s.sign * gradient[i] + s.coupled_decay * value[i];
        average[i] += (direction - average[i]) * s.one_minus_beta1;
        float faded = largest[i] * s.beta2, present = fabsf(direction) + s.epsilon;
        // Written so that NaN stays NaN, whichever it is.
        largest[i] = faded > present || faded != faded ? faded : present;
        value[i] -= s.step_size * average[i] / largest[i];
    }
}

SPECIALIZED
void moments_step(
    float *restrict value, const float *restrict gradient, float *restrict average,
    float *restrict square, size_t n, struct optimizer_loops_moments s,
    enum optimizer_loops_spread kind) {
    for (size_t i = 0; i < n; i++) {
        value[i] *= s.shrink;
        float direction = s.sign * gradient[i] + s.coupled_decay * value[i];
        average[i] += (direction - average[i]) * s.one_minus_beta1;
        square[i] = square[i] * s.beta2 + s.one_minus_beta2 * direction * direction;
        float spread = 1;
        if (kind == optimizer_loops_corrected_root)
            spread = square_root(square[i] / s.second_correction) + s.epsilon;
        else if (kind == optimizer_loops_root)
            spread = square_root(square[i]) + s.epsilon;
        value[i] -= (s.gradient_rate * direction + s.average_rate * average[i]) / spread;
    }
}

FOR_WIDEST_VECTORS
void optimizer_loops_moments_step(
    float *restrict value, const float *restrict gradient, float *restrict average,
    float *restrict square, size_t n, struct optimizer_loops_moments s) {
    if (s.spread == optimizer_loops_corrected_root)
        moments_step(value, gradient, average, square, n, s, optimizer_loops_corrected_root);
    else if (s.spread == optimizer_loops_root)
        moments_step(value, gradient, average, square, n, s, optimizer_loops_root);
    else
        moments_step(value, gradient, average, square, n, s, optimizer_loops_no_spread);
}
