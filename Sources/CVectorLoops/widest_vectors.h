// FOR_WIDEST_VECTORS before a function makes one clone an instruction set; the loader picks.
#ifndef WIDEST_VECTORS_H
#define WIDEST_VECTORS_H

#if defined(__x86_64__) && defined(__linux__)
#define FOR_WIDEST_VECTORS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_WIDEST_VECTORS
#endif

#endif
