#include "channel_factors.h"
#include "channel_vectors.h"

SPECIALIZED void multiply(
    const void *input, const float *factors, void *output, size_t positions, size_t step,
    int is_bfloat16) {
    floats factor = *(const floats *)factors;
    for (size_t at = 0; at < positions * step; at += step) {
        floats x;
        load(input, at, is_bfloat16, &x);
        x *= factor;
        store(output, at, is_bfloat16, &x);
    }
}

SPECIALIZED void sum_products(
    const void *a, const void *b, float *sums, size_t positions, size_t step, int is_bfloat16) {
    doubles total = {0};
    for (size_t at = 0; at < positions * step; at += step) {
        floats x, y;
        load(a, at, is_bfloat16, &x);
        load(b, at, is_bfloat16, &y);
        total += __builtin_convertvector(x * y, doubles);
    }
    *(floats *)sums = __builtin_convertvector(total, floats);
}

FOR_WIDEST_VECTORS void channel_factors_multiply(
    const void *input, const float *factors, void *output, size_t positions, size_t step,
    int is_bfloat16) {
    is_bfloat16 ? multiply(input, factors, output, positions, step, 1)
                : multiply(input, factors, output, positions, step, 0);
}

FOR_WIDEST_VECTORS void channel_factors_sum_products(
    const void *a, const void *b, float *sums, size_t positions, size_t step, int is_bfloat16) {
    is_bfloat16 ? sum_products(a, b, sums, positions, step, 1)
                : sum_products(a, b, sums, positions, step, 0);
}
