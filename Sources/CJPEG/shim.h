#ifndef CJPEG_SHIM_H
#define CJPEG_SHIM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <jpeglib.h>
#include <jerror.h>

// libjpeg reports errors through a function that must not return; Swift can neither receive a longjmp
// nor let one pass through its frames. These wrappers end every jump inside C.

typedef struct {
    struct jpeg_error_mgr errors;  // first, so that the library's pointer to it is one to the reader
    struct jpeg_decompress_struct info;
    jmp_buf jump;
    char message[JMSG_LENGTH_MAX];
    int is_open;
} cjpeg_reader;

static inline void cjpeg_fail(j_common_ptr info) {
    cjpeg_reader *reader = (cjpeg_reader *)info->err;
    if (!reader->message[0]) info->err->format_message(info, reader->message);
    longjmp(reader->jump, 1);
}

// Missing pixels are as bad as an error; garbage between segments, which cameras leave, is not.
static inline void cjpeg_warn(j_common_ptr info, int level) {
    if (level >= 0) return;
    int code = info->err->msg_code;
    if (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE)
        cjpeg_fail(info);
}

/// Makes a reader, or returns null where memory ends. It is closed in any case.
static inline cjpeg_reader *cjpeg_create(void) { return calloc(1, sizeof(cjpeg_reader)); }

static inline void cjpeg_close(cjpeg_reader *reader) {
    if (reader && reader->is_open) jpeg_destroy_decompress(&reader->info);
    free(reader);
}

static inline const char *cjpeg_message(cjpeg_reader *reader) { return reader->message; }

/// Reads the header. Returns 0, or -1 with a message in the reader.
__attribute__((noinline)) static int cjpeg_open(
    cjpeg_reader *reader, const uint8_t *bytes, size_t count, int *width, int *height) {
    reader->info.err = jpeg_std_error(&reader->errors);
    reader->errors.error_exit = cjpeg_fail;
    reader->errors.emit_message = cjpeg_warn;
    if (setjmp(reader->jump)) return -1;
    jpeg_create_decompress(&reader->info);
    reader->is_open = 1;
    jpeg_mem_src(&reader->info, bytes, count);
    jpeg_read_header(&reader->info, TRUE);
    *width = (int)reader->info.image_width;
    *height = (int)reader->info.image_height;
    return 0;
}

/// How many values a pixel of `cjpeg_read` has: 1, 3 (blue, green, red) or 4 (cyan, magenta, yellow,
/// black).
static inline int cjpeg_channels(cjpeg_reader *reader, int grey) {
    return reader->info.num_components == 4 ? 4 : grey ? 1 : 3;
}

/// Reads the pixels of an opened image, row after row without gaps. Returns 0, or -1 with a message.
__attribute__((noinline)) static int cjpeg_read(cjpeg_reader *reader, uint8_t *pixels, int grey) {
    if (setjmp(reader->jump)) return -1;
    int channels = cjpeg_channels(reader, grey);
    reader->info.out_color_space =
        channels == 4 ? JCS_CMYK : channels == 1 ? JCS_GRAYSCALE : JCS_EXT_BGR;
    jpeg_start_decompress(&reader->info);
    size_t stride = (size_t)reader->info.output_width * channels;
    while (reader->info.output_scanline < reader->info.output_height) {
        JSAMPROW row = pixels + stride * reader->info.output_scanline;
        jpeg_read_scanlines(&reader->info, &row, 1);
    }
    jpeg_finish_decompress(&reader->info);
    return 0;
}

#endif
