#ifndef CPNG_SHIM_H
#define CPNG_SHIM_H

#include <png.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// libpng reports errors by longjmp, which Swift can neither receive nor let pass through its frames.
// These wrappers end every jump inside C and turn it into a return value with a message.
// (The simplified API needs no jumps, but it converts by gamma and composes alpha: other pixels than
// OpenCV's.)

typedef struct {
    png_structp png;
    png_infop info;
    const uint8_t *bytes;
    size_t count;
    size_t position;
    char message[128];
} cpng_reader;

static inline void cpng_fail(png_structp png, png_const_charp message) {
    cpng_reader *reader = (cpng_reader *)png_get_error_ptr(png);
    strncpy(reader->message, message, sizeof reader->message - 1);
    png_longjmp(png, 1);
}

static inline void cpng_ignore_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static inline void cpng_take_bytes(png_structp png, png_bytep out, size_t count) {
    cpng_reader *reader = (cpng_reader *)png_get_io_ptr(png);
    if (count > reader->count - reader->position) png_error(png, "read beyond end of data");
    memcpy(out, reader->bytes + reader->position, count);
    reader->position += count;
}

/// Reads everything up to the pixels. Returns 0, or -1 with a message in the reader.
/// `reader` must be zeroed, stay where it is, and be closed in any case.
__attribute__((noinline)) static int cpng_open(
    cpng_reader *reader, const uint8_t *bytes, size_t count, uint32_t maximum_side) {
    reader->bytes = bytes;
    reader->count = count;
    reader->png = png_create_read_struct(
        PNG_LIBPNG_VER_STRING, reader, cpng_fail, cpng_ignore_warning);
    if (!reader->png) {
        strcpy(reader->message, "out of memory");
        return -1;
    }
    if (setjmp(png_jmpbuf(reader->png))) return -1;
    reader->info = png_create_info_struct(reader->png);
    if (!reader->info) png_error(reader->png, "out of memory");
    png_set_user_limits(reader->png, maximum_side, maximum_side);
    png_set_read_fn(reader->png, reader, cpng_take_bytes);
    png_read_info(reader->png, reader->info);
    return 0;
}

/// Reads the pixels of an opened image as 8-bit BGR or grey, row after row without gaps.
/// Alpha is dropped, not composed; gamma is ignored. Returns 0, or -1 with a message in the reader.
__attribute__((noinline)) static int cpng_read(cpng_reader *reader, uint8_t *pixels, int grey) {
    png_structp png = reader->png;
    if (setjmp(png_jmpbuf(png))) return -1;
    png_set_strip_16(png);
    png_set_strip_alpha(png);
    png_byte type = png_get_color_type(png, reader->info);
    if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    if (!(type & PNG_COLOR_MASK_COLOR)) png_set_expand_gray_1_2_4_to_8(png);
    if (grey) {
        png_set_rgb_to_gray(png, PNG_ERROR_ACTION_NONE, 0.299, 0.587);
    } else {
        png_set_bgr(png);
        png_set_gray_to_rgb(png);
    }
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, reader->info);
    png_uint_32 width = png_get_image_width(png, reader->info);
    png_uint_32 height = png_get_image_height(png, reader->info);
    size_t stride = (size_t)width * (grey ? 1 : 3);
    if (png_get_rowbytes(png, reader->info) != stride) png_error(png, "unexpected row size");
    for (int pass = 0; pass < passes; pass++)
        for (png_uint_32 row = 0; row < height; row++)
            png_read_row(png, pixels + row * stride, NULL);
    png_read_end(png, NULL);
    return 0;
}

static inline void cpng_close(cpng_reader *reader) {
    if (reader->png) png_destroy_read_struct(&reader->png, &reader->info, NULL);
}

// Function-like macros are not imported.
static inline uint32_t cpng_format_bgr(void) { return PNG_FORMAT_BGR; }
static inline uint32_t cpng_format_grey(void) { return PNG_FORMAT_GRAY; }

#endif
