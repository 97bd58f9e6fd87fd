#include "batch_norm_work.h"

// What lies between the normalised values and the output.
enum behind { nothing, rectifier, rectified_sum };

// What the threads read and write in a loop over places, in registers.
struct arrays {
    const void *input, *gradient, *second, *output;
    void *result;
};

// The gradient of the normalised values at a place: the sum of what came, where the output was
// positive. What a rectifier let through is worked out again as it was in the forward pass.
SPECIALIZED void gradient_at(
    const struct arrays *arrays, size_t at, int is_bfloat16, int has_second, enum behind behind,
    const floats *deviation, const floats *factor, const floats *offset, floats *gradient) {
    load(arrays->gradient, at, is_bfloat16, gradient);
    if (has_second) {
        floats second;
        load(arrays->second, at, is_bfloat16, &second);
        *gradient += second;
    }
    if (behind == nothing) return;
    floats output;
    if (behind == rectified_sum)
        load(arrays->output, at, is_bfloat16, &output);
    else
        output = *deviation * *factor + *offset;
    *gradient = (floats)((integers)*gradient & ~(integers)(output <= 0));
}

SPECIALIZED void sum_gradients(
    const struct work *work, const struct part *part, int is_bfloat16, int has_second,
    enum behind behind) {
    const struct batch_norm_shape *shape = work->shape;
    const struct batch_norm_backward *b = work->backward;
    struct arrays arrays = {
        b->input, b->gradient, b->second_gradient, b->output, work->residual_gradient};
    size_t n = channels(work), step = shape->position_step;
    clear_sums(work, part);
    for (size_t index = part->first_strip; index < part->end_strip; index++) {
        struct place place = place_of(index, work);
        for (size_t block = part->first_block; block < part->end_block; block++) {
            size_t at = place.start + block * shape->block_step, i = 0;
            floats center = *(const floats *)(work->center + block * lanes);
            floats factor = *(const floats *)(work->factor + block * lanes);
            floats offset = *(const floats *)(work->offset + block * lanes);
            floats sum[2] = {}, product[2] = {};
            for (; i < place.count; i += 2)
                for (int k = 0; k < 2; k++, at += step) {
                    // An odd position at the end.
                    if (i + (size_t)k == place.count) break;
                    floats x, gradient;
                    load(arrays.input, at, is_bfloat16, &x);
                    x -= center;
                    gradient_at(
                        &arrays, at, is_bfloat16, has_second, behind, &x, &factor, &offset,
                        &gradient);
                    if (behind == rectified_sum) {
                        store(arrays.result, at, is_bfloat16, &gradient);
                        // The second pass will read what was stored, rounding included.
                        if (is_bfloat16) load(arrays.result, at, 1, &gradient);
                    }
                    sum[k] += gradient;
                    product[k] += gradient * x;
                }
            sum[0] += sum[1];
            product[0] += product[1];
            add_sums(part->sums + block * lanes, &sum[0], &product[0], n);
        }
    }
}

SPECIALIZED void input_gradients(
    const struct work *work, const struct part *part, int is_bfloat16, int has_second,
    enum behind behind) {
    const struct batch_norm_shape *shape = work->shape;
    const struct batch_norm_backward *b = work->backward;
    // Of a rectified sum the first pass left the gradient, summed and masked.
    const void *gradient_array = work->residual_gradient ? work->residual_gradient : b->gradient;
    struct arrays arrays = {b->input, gradient_array, b->second_gradient, NULL, work->result};
    size_t step = shape->position_step;
    for (size_t index = part->first_strip; index < part->end_strip; index++) {
        struct place place = place_of(index, work);
        for (size_t block = part->first_block; block < part->end_block; block++) {
            size_t at = place.start + block * shape->block_step;
            floats center = *(const floats *)(work->center + block * lanes);
            floats factor = *(const floats *)(work->factor + block * lanes);
            floats offset = *(const floats *)(work->offset + block * lanes);
            floats mean_gradient = *(const floats *)(work->mean_gradient + block * lanes);
            floats slope = *(const floats *)(work->slope + block * lanes);
            for (size_t i = 0; i < place.count; i++, at += step) {
                floats x, gradient;
                load(arrays.input, at, is_bfloat16, &x);
                x -= center;
                gradient_at(
                    &arrays, at, is_bfloat16, has_second, behind, &x, &factor, &offset, &gradient);
                gradient = factor * (gradient - mean_gradient - slope * x);
                store(arrays.result, at, is_bfloat16, &gradient);
            }
        }
    }
}

static enum behind behind_of(const struct batch_norm_backward *b) {
    return b->output ? rectified_sum : b->rectifies ? rectifier : nothing;
}

// Calls a function with the number's type, whether two gradients come and what lies behind as
// constants.
#define WITH_CONSTANTS(function, work, part, has_second, behind)                                   \
    if (work->shape->is_bfloat16)                                                                  \
        has_second ? function(work, part, 1, 1, behind) : function(work, part, 1, 0, behind);      \
    else                                                                                           \
        has_second ? function(work, part, 0, 1, behind) : function(work, part, 0, 0, behind)

SPECIALIZED void sum_gradients_of(const struct work *work, const struct part *part) {
    int has_second = work->backward->second_gradient != NULL;
    switch (behind_of(work->backward)) {
    case nothing: WITH_CONSTANTS(sum_gradients, work, part, has_second, nothing); break;
    case rectifier: WITH_CONSTANTS(sum_gradients, work, part, has_second, rectifier); break;
    case rectified_sum:
        WITH_CONSTANTS(sum_gradients, work, part, has_second, rectified_sum);
        break;
    }
}

SPECIALIZED void input_gradients_of(const struct work *work, const struct part *part) {
    int has_second = work->backward->second_gradient != NULL;
    switch (behind_of(work->backward)) {
    case nothing: WITH_CONSTANTS(input_gradients, work, part, has_second, nothing); break;
    case rectifier: WITH_CONSTANTS(input_gradients, work, part, has_second, rectifier); break;
    case rectified_sum:
        work->shape->is_bfloat16 ? input_gradients(work, part, 1, 0, nothing)
                                 : input_gradients(work, part, 0, 0, nothing);
        break;
    }
}

SPECIALIZED void set_backward_factors(
    const struct work *work, size_t first_block, size_t end_block) {
    const struct batch_norm_backward *b = work->backward;
    set_factors(
        work, first_block, end_block, b->mean, b->variance, b->epsilon, b->scale, b->shift);
}

// The gradients of scale and shift of some blocks, and what the second pass needs of the sums.
SPECIALIZED void finish_sums(const struct work *work, size_t first_block, size_t end_block) {
    const struct batch_norm_backward *b = work->backward;
    size_t n = channels(work);
    for (size_t i = first_block * lanes; i < end_block * lanes; i++) {
        double variance = (double)b->variance[i] + (double)b->epsilon;
        double sum = work->sums[i], product = work->sums[n + i];
        if (work->scale_gradient) {
            work->scale_gradient[i] = (float)(product / __builtin_elementwise_sqrt(variance));
            work->shift_gradient[i] = (float)sum;
        }
        int own = b->has_batch_statistics;
        work->mean_gradient[i] = own ? (float)(sum / count(work->shape)) : 0;
        work->slope[i] = own ? (float)(product / count(work->shape) / variance) : 0;
    }
}

FOR_WIDEST_VECTORS static void sum_own_gradients(void *data) {
    const struct work *work = data;
    FOR_OWN_PARTS(thread, work) {
        struct part part = strips_of(work, thread);
        sum_gradients_of(work, &part);
    }
}

FOR_WIDEST_VECTORS static void input_gradients_of_own_strips(void *data) {
    const struct work *work = data;
    FOR_OWN_PARTS(thread, work) {
        struct part part = strips_of(work, thread);
        input_gradients_of(work, &part);
    }
}

FOR_WIDEST_VECTORS static void input_gradients_of_own_channels(void *data) {
    const struct work *work = data;
    size_t blocks = work->shape->blocks, threads = (size_t)work->shape->threads;
    FOR_OWN_PARTS(thread, work) {
        size_t end = part_of(blocks, thread + 1, threads);
        for (size_t b = part_of(blocks, thread, threads); b < end; b++) {
            struct part part = whole_block(work, b);
            set_backward_factors(work, b, b + 1);
            sum_gradients_of(work, &part);
            finish_sums(work, b, b + 1);
            input_gradients_of(work, &part);
        }
    }
}

void batch_norm_gradients(
    const struct batch_norm_shape *shape, const struct batch_norm_backward *backward,
    void *input_gradient, float *scale_gradient, float *shift_gradient, void *residual_gradient,
    double *scratch) {
    struct work work = {
        .shape = shape, .backward = backward, .result = input_gradient,
        .residual_gradient = residual_gradient, .scale_gradient = scale_gradient,
        .shift_gradient = shift_gradient};
    lay_out(&work, scratch);
    if (splits_channels(shape)) {
        GOMP_parallel(input_gradients_of_own_channels, &work, (unsigned)shape->threads, 0);
        return;
    }
    set_backward_factors(&work, 0, shape->blocks);
    GOMP_parallel(sum_own_gradients, &work, (unsigned)shape->threads, 0);
    gather_sums(&work);
    finish_sums(&work, 0, shape->blocks);
    GOMP_parallel(input_gradients_of_own_strips, &work, (unsigned)shape->threads, 0);
}
