#ifndef SUM_OF_SQUARES_H
#define SUM_OF_SQUARES_H

#include <stddef.h>

#include "widest_vectors.h"

// Eight sums in a fixed order: vectorised, and the same bits on every instruction set.
SPECIALIZED double sum_of_squares(const float *values, size_t n) {
    double sums[8] = {0};
    size_t whole = n / 8 * 8;
    for (size_t i = 0; i < whole; i += 8)
        for (size_t j = 0; j < 8; j++) sums[j] += (double)values[i + j] * values[i + j];
    for (size_t i = whole; i < n; i++) sums[0] += (double)values[i] * values[i];
    double total = 0;
    for (size_t j = 0; j < 8; j++) total += sums[j];
    return total;
}

#endif
