// What the passes of batch normalisation share: how the work is divided, and the sums.
#ifndef BATCH_NORM_WORK_H
#define BATCH_NORM_WORK_H

#include "batch_norm.h"
#include "channel_vectors.h"

// Of the GNU OpenMP runtime; the compiler's own pragma would bring in another.
void GOMP_parallel(void (*work)(void *), void *data, unsigned threads, unsigned flags);
int omp_get_thread_num(void);
int omp_get_num_threads(void);

// What the threads of one call share.
struct work {
    const struct batch_norm_shape *shape;
    const struct batch_norm_forward *forward;
    const struct batch_norm_backward *backward;
    void *result, *residual_gradient;
    float *scale_gradient, *shift_gradient;
    // How many positions are gone through at once: as many as stay in the first-level cache.
    size_t strip, strips_an_image;
    // Of every channel: `center`, and what the deviation from it is multiplied with and moved by.
    float *center, *factor, *offset;
    // Of every channel: what takes the mean gradient and the gradient's slope out.
    float *mean_gradient, *slope;
    // Of every thread and channel: sums of the deviations (or gradients) and of their squares (or
    // products with the deviations).
    double *sums;
};

SPECIALIZED size_t channels(const struct work *work) { return work->shape->blocks * lanes; }

SPECIALIZED void lay_out(struct work *work, double *scratch) {
    size_t n = channels(work);
    work->sums = scratch;
    work->center = (float *)(scratch + 2 * n * (size_t)work->shape->threads);
    work->factor = work->center + n;
    work->offset = work->factor + n;
    work->mean_gradient = work->offset + n;
    work->slope = work->mean_gradient + n;
    size_t bytes = work->shape->position_step * (work->shape->is_bfloat16 ? 2 : 4);
    size_t fitting = 16384 / bytes;
    work->strip = fitting < 8 ? 8 : fitting > 64 ? 64 : fitting;
    work->strips_an_image = (work->shape->positions + work->strip - 1) / work->strip;
}

// A part of the work: blocks of channels in strips of positions, and where sums go.
struct part {
    size_t first_block, end_block, first_strip, end_strip;
    double *sums;
};

SPECIALIZED size_t part_of(size_t count, size_t index, size_t parts) {
    return count * index / parts;
}

// One thread's part when threads share the positions.
SPECIALIZED struct part strips_of(const struct work *work, size_t thread) {
    size_t threads = (size_t)work->shape->threads;
    size_t strips = work->strips_an_image * work->shape->images;
    return (struct part){
        0, work->shape->blocks, part_of(strips, thread, threads),
        part_of(strips, thread + 1, threads), work->sums + 2 * channels(work) * thread};
}

// The parts that the calling thread does: its own, unless the runtime gave fewer threads than asked
// for, which must not change how sums are split.
#define FOR_OWN_PARTS(thread, work)                                                                \
    for (size_t thread = (size_t)omp_get_thread_num(); thread < (size_t)(work)->shape->threads;    \
         thread += (size_t)omp_get_num_threads())

// All positions of one block of channels.
SPECIALIZED struct part whole_block(const struct work *work, size_t block) {
    return (struct part){
        block, block + 1, 0, work->strips_an_image * work->shape->images, work->sums};
}

// Whether each thread takes channels of its own: it comes back to them while they are in its cache.
// Where neighbouring channels share cache lines, or too few are there for all threads, the threads
// share the positions instead; and of activations so small that the threads' caches still hold them,
// for convolutions share images among threads.
SPECIALIZED int splits_channels(const struct batch_norm_shape *shape) {
    size_t count = shape->images * shape->positions * shape->blocks * lanes;
    return shape->position_step == lanes && shape->blocks % (size_t)shape->threads == 0
        && (count > 1 << 18 || shape->threads == 1);
}

// A strip's first value, and how many positions it has.
struct place {
    size_t start, count;
};

SPECIALIZED struct place place_of(size_t index, const struct work *work) {
    size_t image = index / work->strips_an_image;
    size_t first = index % work->strips_an_image * work->strip;
    size_t left = work->shape->positions - first;
    return (struct place){
        image * work->shape->image_step + first * work->shape->position_step,
        left < work->strip ? left : work->strip};
}

SPECIALIZED void clear_sums(const struct work *work, const struct part *part) {
    size_t n = channels(work);
    for (size_t i = part->first_block * lanes; i < part->end_block * lanes; i++)
        part->sums[i] = part->sums[n + i] = 0;
}

SPECIALIZED void add_sums(double *sums, const floats *first, const floats *second, size_t n) {
    *(doubles *)sums += __builtin_convertvector(*first, doubles);
    *(doubles *)(sums + n) += __builtin_convertvector(*second, doubles);
}

// Adds the threads' sums up into the first thread's.
SPECIALIZED void gather_sums(struct work *work) {
    size_t n = 2 * channels(work);
    for (int thread = 1; thread < work->shape->threads; thread++)
        for (size_t i = 0; i < n; i++) work->sums[i] += work->sums[(size_t)thread * n + i];
}

SPECIALIZED double count(const struct batch_norm_shape *shape) {
    return (double)shape->images * (double)shape->positions;
}

// What the normalisation of some blocks multiplies with and adds.
SPECIALIZED void set_factors(
    const struct work *work, size_t first_block, size_t end_block, const float *mean,
    const float *variance, float epsilon, const float *scale, const float *shift) {
    for (size_t i = first_block * lanes; i < end_block * lanes; i++) {
        double root = __builtin_elementwise_sqrt((double)variance[i] + (double)epsilon);
        work->center[i] = mean[i];
        work->factor[i] = (float)((scale ? (double)scale[i] : 1) / root);
        work->offset[i] = shift ? shift[i] : 0;
    }
}

#endif
