#include "optimizer_loops.h"

#include <math.h>
#include <stddef.h>

#include "sum_of_squares.h"
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

SPECIALIZED
void asgd_step(
    float *restrict value, const float *restrict gradient, float *restrict average, size_t n,
    struct optimizer_loops_asgd s, int copies) {
    for (size_t i = 0; i < n; i++) {
        float direction = s.sign * gradient[i] + s.coupled_decay * value[i];
        value[i] = value[i] * s.shrink - s.rate * direction;
        average[i] = copies ? value[i] : average[i] + (value[i] - average[i]) * s.average_share;
    }
}

FOR_WIDEST_VECTORS
void optimizer_loops_asgd_step(
    float *restrict value, const float *restrict gradient, float *restrict average, size_t n,
    struct optimizer_loops_asgd s) {
    if (s.average_share == 1)
        asgd_step(value, gradient, average, n, s, 1);
    else
        asgd_step(value, gradient, average, n, s, 0);
}

FOR_WIDEST_VECTORS
void optimizer_loops_rprop_step(
    float *restrict value, const float *restrict gradient, float *restrict previous,
    float *restrict size, size_t n, struct optimizer_loops_rprop s) {
    for (size_t i = 0; i < n; i++) {
        float direction = s.sign * gradient[i], product = direction * previous[i];
        float grown = size[i] * (product > 0 ? s.growing : product < 0 ? s.shrinking : 1);
        grown = grown < s.smallest ? s.smallest : grown;
        size[i] = grown > s.largest ? s.largest : grown;
        direction = product < 0 ? 0 : direction;
        value[i] -= (direction > 0 ? 1.0f : direction < 0 ? -1.0f : 0.0f) * size[i];
        previous[i] = direction;
    }
}

FOR_WIDEST_VECTORS
void optimizer_loops_lamb_change(
    float *restrict change, const float *restrict value, const float *restrict gradient,
    float *restrict average, float *restrict square, size_t n, struct optimizer_loops_lamb s) {
    for (size_t i = 0; i < n; i++) {
        float direction = gradient[i] / s.gradient_divisor;
        average[i] = average[i] * s.beta1 + s.taken * direction;
        square[i] = square[i] * s.beta2 + s.one_minus_beta2 * direction * direction;
        float spread = square_root(square[i]) / s.second_correction_root + s.epsilon;
        change[i] = average[i] / s.first_correction / spread + s.decay * value[i];
    }
}

FOR_WIDEST_VECTORS
void optimizer_loops_adafactor_means(
    const float *restrict gradient, float *restrict row, float *restrict column, size_t matrices,
    size_t rows, size_t columns, float share) {
    // As many columns at a time as fit a small buffer.
    enum { width = 256 };
    for (size_t m = 0; m < matrices; m++) {
        const float *matrix = gradient + m * rows * columns;
        for (size_t r = 0; r < rows; r++) {
            float mean = (float)(sum_of_squares(matrix + r * columns, columns) / (double)columns);
            row[m * rows + r] += (mean - row[m * rows + r]) * share;
        }
        for (size_t first = 0; first < columns; first += width) {
            size_t count = columns - first < width ? columns - first : width;
            double sums[width];
            for (size_t c = 0; c < count; c++) sums[c] = 0;
            for (size_t r = 0; r < rows; r++)
                for (size_t c = 0; c < count; c++) {
                    double value = matrix[r * columns + first + c];
                    sums[c] += value * value;
                }
            float *means = column + m * columns + first;
            for (size_t c = 0; c < count; c++)
                means[c] += ((float)(sums[c] / (double)rows) - means[c]) * share;
        }
    }
}

FOR_WIDEST_VECTORS
void optimizer_loops_adafactor_change(
    float *restrict change, const float *restrict gradient, const float *restrict row,
    const float *restrict column, size_t matrices, size_t rows, size_t columns, float epsilon,
    float sign) {
    float least = epsilon * epsilon;
    for (size_t m = 0; m < matrices; m++) {
        double total = 0;
        for (size_t r = 0; r < rows; r++) total += row[m * rows + r];
        float mean = (float)(total / (double)rows);
        mean = mean < epsilon ? epsilon : mean;
        for (size_t r = 0; r < rows; r++) {
            float height = row[m * rows + r];
            size_t start = (m * rows + r) * columns;
            for (size_t c = 0; c < columns; c++) {
                float square = height * column[m * columns + c] / mean;
                square = square < least ? least : square;
                change[start + c] = sign * gradient[start + c] / square_root(square);
            }
        }
    }
}

FOR_WIDEST_VECTORS
void optimizer_loops_adafactor_vector_change(
    float *restrict change, const float *restrict gradient, float *restrict variance, size_t n,
    float share, float epsilon, float sign) {
    float least = epsilon * epsilon;
    for (size_t i = 0; i < n; i++) {
        variance[i] += (gradient[i] * gradient[i] - variance[i]) * share;
        float square = variance[i] < least ? least : variance[i];
        change[i] = sign * gradient[i] / square_root(square);
    }
}

FOR_WIDEST_VECTORS
void optimizer_loops_move(
    float *restrict value, const float *restrict change, size_t n, float shrink, float rate) {
    for (size_t i = 0; i < n; i++) value[i] = value[i] * shrink - rate * change[i];
}
