// Vectors of 16 neighbouring channels, in single precision or bfloat16.
#ifndef CHANNEL_VECTORS_H
#define CHANNEL_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#include "widest_vectors.h"

enum { lanes = 16 };

typedef float floats __attribute__((vector_size(64), aligned(4)));
typedef int32_t integers __attribute__((vector_size(64), aligned(4)));
typedef uint32_t words __attribute__((vector_size(64), aligned(4)));
typedef uint16_t halves __attribute__((vector_size(32), aligned(2)));
typedef double doubles __attribute__((vector_size(128), aligned(8)));

// The 16 values from `place` on. Vectors go through pointers: by value, their passing would depend on
// the instruction set.
SPECIALIZED void load(const void *values, size_t place, int is_bfloat16, floats *out) {
    if (is_bfloat16) {
        halves half = *(const halves *)((const uint16_t *)values + place);
        *out = (floats)(__builtin_convertvector(half, words) << 16);
    } else {
        *out = *(const floats *)((const float *)values + place);
    }
}

SPECIALIZED void store(void *values, size_t place, int is_bfloat16, const floats *in) {
    if (is_bfloat16) {
        // To the nearest, ties to even; NaN stays NaN.
        words bits = (words)*in;
        words rounded = bits + 0x7fff + ((bits >> 16) & 1);
        words is_number = (words)(*in == *in);
        bits = (rounded & is_number) | ((bits | 0x400000) & ~is_number);
        *(halves *)((uint16_t *)values + place) = __builtin_convertvector(bits >> 16, halves);
    } else {
        *(floats *)((float *)values + place) = *in;
    }
}

#endif
