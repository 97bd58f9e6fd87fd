// What lets a plain loop become a loop over the processor's widest vectors.
#ifndef WIDEST_VECTORS_H
#define WIDEST_VECTORS_H

// Before a function: makes one clone an instruction set; the loader picks.
#if defined(__x86_64__) && defined(__linux__)
#define FOR_WIDEST_VECTORS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_WIDEST_VECTORS
#endif

// A function whose constant arguments are settled before the loop is vectorised.
#define SPECIALIZED static inline __attribute__((always_inline))

// The square root; sqrtf would keep its loop from being vectorised, because it may set errno.
#define square_root(x) __builtin_elementwise_sqrt(x)

#endif
