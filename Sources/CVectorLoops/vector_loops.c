#include "vector_loops.h"

#include "sum_of_squares.h"
#include "widest_vectors.h"

FOR_WIDEST_VECTORS
void vector_loops_sgd_step(
    float *restrict value, const float *restrict gradient, float *restrict momentum_buffer,
    size_t n, float learning_rate, float momentum, float dampening, float weight_decay,
    int nesterov, int is_first, float sign) {
    if (!momentum_buffer) {
        for (size_t i = 0; i < n; i++) {
            float direction = sign * gradient[i] + weight_decay * value[i];
            value[i] -= learning_rate * direction;
        }
        return;
    }
    // A first step takes the gradient itself into the buffer, undamped.
    float kept = is_first ? 0 : momentum;
    float taken = is_first ? 1 : 1 - dampening;
    if (nesterov) {
        for (size_t i = 0; i < n; i++) {
            float direction = sign * gradient[i] + weight_decay * value[i];
            momentum_buffer[i] = kept * momentum_buffer[i] + taken * direction;
            value[i] -= learning_rate * (direction + momentum * momentum_buffer[i]);
        }
    } else {
        for (size_t i = 0; i < n; i++) {
            float direction = sign * gradient[i] + weight_decay * value[i];
            momentum_buffer[i] = kept * momentum_buffer[i] + taken * direction;
            value[i] -= learning_rate * momentum_buffer[i];
        }
    }
}

SPECIALIZED
void adam_step(
    float *restrict value, const float *restrict gradient, float *restrict average,
    float *restrict square, float *restrict largest_square, size_t n,
    struct vector_loops_adam s) {
    for (size_t i = 0; i < n; i++) {
        value[i] *= s.shrink;
        float direction = s.sign * gradient[i] + s.coupled_decay * value[i];
        average[i] += (direction - average[i]) * s.one_minus_beta1;
        square[i] = square[i] * s.beta2 + s.one_minus_beta2 * direction * direction;
        float reference = square[i];
        if (largest_square) {
            // Written so that NaN stays NaN.
            if (largest_square[i] > reference) reference = largest_square[i];
            largest_square[i] = reference;
        }
        float denominator = square_root(reference) / s.second_correction + s.epsilon;
        value[i] -= s.step_size * average[i] / denominator;
    }
}

FOR_WIDEST_VECTORS
void vector_loops_adam_step(
    float *restrict value, const float *restrict gradient, float *restrict average,
    float *restrict square, float *restrict largest_square, size_t n,
    struct vector_loops_adam s) {
    if (largest_square)
        adam_step(value, gradient, average, square, largest_square, n, s);
    else
        adam_step(value, gradient, average, square, NULL, n, s);
}

FOR_WIDEST_VECTORS
double vector_loops_sum_of_squares(const float *values, size_t n) {
    return sum_of_squares(values, n);
}

FOR_WIDEST_VECTORS
void vector_loops_scale(float *values, size_t n, float factor) {
    for (size_t i = 0; i < n; i++) values[i] *= factor;
}

FOR_WIDEST_VECTORS
void vector_loops_clamp(float *values, size_t n, float limit) {
    // Written so that NaN stays NaN.
    for (size_t i = 0; i < n; i++)
        values[i] = values[i] > limit ? limit : values[i] < -limit ? -limit : values[i];
}

FOR_WIDEST_VECTORS
void vector_loops_normalize_bytes(
    const unsigned char *restrict pixels, float *restrict interleaved, size_t n,
    const float mean[3], const double inverse[3], int swap_channels) {
    size_t first = swap_channels ? 2 : 0, last = swap_channels ? 0 : 2;
    for (size_t i = 0; i < n; i++) {
        interleaved[3 * i] = (float)((double)(pixels[3 * i + first] - mean[0]) * inverse[0]);
        interleaved[3 * i + 1] = (float)((double)(pixels[3 * i + 1] - mean[1]) * inverse[1]);
        interleaved[3 * i + 2] = (float)((double)(pixels[3 * i + last] - mean[2]) * inverse[2]);
    }
}

FOR_WIDEST_VECTORS
void vector_loops_normalize_floats(
    const float *restrict pixels, float *restrict interleaved, size_t n, const float mean[3],
    const double inverse[3], int swap_channels) {
    size_t first = swap_channels ? 2 : 0, last = swap_channels ? 0 : 2;
    for (size_t i = 0; i < n; i++) {
        interleaved[3 * i] = (float)((double)(pixels[3 * i + first] - mean[0]) * inverse[0]);
        interleaved[3 * i + 1] = (float)((double)(pixels[3 * i + 1] - mean[1]) * inverse[1]);
        interleaved[3 * i + 2] = (float)((double)(pixels[3 * i + last] - mean[2]) * inverse[2]);
    }
}
