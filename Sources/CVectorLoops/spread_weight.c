#include "spread_weight.h"

#include "widest_vectors.h"

// Of the GNU OpenMP runtime; the compiler's own pragma would bring in another.
void GOMP_parallel(void (*work)(void *), void *data, unsigned threads, unsigned flags);
int omp_get_thread_num(void);
int omp_get_num_threads(void);

enum { lanes = 16 };

struct job {
    const struct spread_weight_shape *shape;
    const float *from;
    float *to;
};

SPECIALIZED size_t columns(const struct spread_weight_shape *s) {
    return s->inputs * s->input_height * s->input_width;
}

SPECIALIZED size_t kernel_size(const struct spread_weight_shape *s) {
    return s->kernel_height * s->kernel_width;
}

// Which row of the matrix an output channel has at a place.
SPECIALIZED size_t row_of(
    const struct spread_weight_shape *s, size_t channel, size_t y, size_t x) {
    size_t block = channel / lanes * s->output_height + y;
    return (block * s->output_width + x) * lanes + channel % lanes;
}

// Where a block of input channels begins in a row, at a place.
SPECIALIZED size_t column_of(
    const struct spread_weight_shape *s, size_t block, size_t y, size_t x) {
    return ((block * s->input_height + y) * s->input_width + x) * lanes;
}

// The places of one output channel's weights.
SPECIALIZED void spread_channel(const struct job *job, size_t channel, size_t size) {
    const struct spread_weight_shape *s = job->shape;
    size_t length = columns(s);
    for (size_t y = 0; y < s->output_height; y++)
        for (size_t x = 0; x < s->output_width; x++) {
            float *row = job->to + row_of(s, channel, y, x) * length;
            size_t top = y * s->stride_height, left = x * s->stride_width;
            for (size_t block = 0; block < s->inputs / lanes; block++) {
                const float *weight = job->from + (channel * s->inputs + block * lanes) * size;
                for (size_t v = 0; v < s->input_height; v++)
                    for (size_t u = 0; u < s->input_width; u++) {
                        size_t i = v + s->padding_height - top, j = u + s->padding_width - left;
                        const float *tap = weight + i * s->kernel_width + j;
                        float *place = row + column_of(s, block, v, u);
                        for (size_t lane = 0; lane < lanes; lane++) place[lane] = tap[lane * size];
                    }
            }
        }
}

// The sums for the weights of one output channel and one block of input channels at one place of the
// kernel; whether the place meets any input.
SPECIALIZED int sum_tap(
    const struct job *job, size_t channel, size_t block, size_t i, size_t j, float *sums) {
    const struct spread_weight_shape *s = job->shape;
    size_t length = columns(s);
    int is_met = 0;
    for (size_t lane = 0; lane < lanes; lane++) sums[lane] = 0;
    for (size_t y = 0; y < s->output_height; y++) {
        // An input before the first is a huge number here.
        size_t v = y * s->stride_height + i - s->padding_height;
        if (v >= s->input_height) continue;
        for (size_t x = 0; x < s->output_width; x++) {
            size_t u = x * s->stride_width + j - s->padding_width;
            if (u >= s->input_width) continue;
            const float *place =
                job->from + row_of(s, channel, y, x) * length + column_of(s, block, v, u);
            for (size_t lane = 0; lane < lanes; lane++) sums[lane] += place[lane];
            is_met = 1;
        }
    }
    return is_met;
}

SPECIALIZED void gather_channel(const struct job *job, size_t channel, size_t size) {
    const struct spread_weight_shape *s = job->shape;
    for (size_t block = 0; block < s->inputs / lanes; block++) {
        float *gradient = job->to + (channel * s->inputs + block * lanes) * size;
        for (size_t place = 0; place < lanes * size; place++) gradient[place] = 0;
        for (size_t i = 0; i < s->kernel_height; i++)
            for (size_t j = 0; j < s->kernel_width; j++) {
                float sums[lanes];
                if (!sum_tap(job, channel, block, i, j, sums)) continue;
                float *tap = gradient + i * s->kernel_width + j;
                for (size_t lane = 0; lane < lanes; lane++) tap[lane * size] = sums[lane];
            }
    }
}

// The calling thread's output channels: neighbours, which it finds in its cache after it changed them.
#define FOR_OWN_CHANNELS(channel, job)                                                             \
    for (size_t channel = own_part((job)->shape->outputs, 0),                                      \
                end = own_part((job)->shape->outputs, 1);                                          \
         channel < end; channel++)

SPECIALIZED size_t own_part(size_t count, size_t next) {
    return count * ((size_t)omp_get_thread_num() + next) / (size_t)omp_get_num_threads();
}

// The usual size of a kernel is settled before the loops are compiled.
FOR_WIDEST_VECTORS static void spread_own_channels(void *data) {
    const struct job *job = data;
    if (kernel_size(job->shape) == 9) {
        FOR_OWN_CHANNELS(channel, job) spread_channel(job, channel, 9);
    } else {
        FOR_OWN_CHANNELS(channel, job) spread_channel(job, channel, kernel_size(job->shape));
    }
}

FOR_WIDEST_VECTORS static void gather_own_channels(void *data) {
    const struct job *job = data;
    if (kernel_size(job->shape) == 9) {
        FOR_OWN_CHANNELS(channel, job) gather_channel(job, channel, 9);
    } else {
        FOR_OWN_CHANNELS(channel, job) gather_channel(job, channel, kernel_size(job->shape));
    }
}

void spread_weight(
    const struct spread_weight_shape *shape, const float *weight, float *matrix) {
    struct job job = {shape, weight, matrix};
    GOMP_parallel(spread_own_channels, &job, (unsigned)shape->threads, 0);
}

void spread_weight_gradient(
    const struct spread_weight_shape *shape, const float *matrix, float *gradient) {
    struct job job = {shape, matrix, gradient};
    GOMP_parallel(gather_own_channels, &job, (unsigned)shape->threads, 0);
}
