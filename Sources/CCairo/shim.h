#ifndef CCAIRO_SHIM_H
#define CCAIRO_SHIM_H

#include <cairo.h>
#include <cairo-svg.h>
#include <stdlib.h>
#include <string.h>

// cairo hands what it writes to a function, piece by piece; this one gathers the pieces.

typedef struct {
    unsigned char *bytes;
    size_t count;
    size_t capacity;
} ccairo_buffer;

static inline cairo_status_t ccairo_append(
    void *closure, const unsigned char *bytes, unsigned int count) {
    ccairo_buffer *buffer = (ccairo_buffer *)closure;
    if (buffer->capacity - buffer->count < count) {
        size_t capacity = 2 * buffer->capacity + count;
        unsigned char *larger = (unsigned char *)realloc(buffer->bytes, capacity);
        if (!larger) return CAIRO_STATUS_NO_MEMORY;
        buffer->bytes = larger;
        buffer->capacity = capacity;
    }
    memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
    return CAIRO_STATUS_SUCCESS;
}

/// Makes an empty buffer, or returns null where memory ends.
static inline ccairo_buffer *ccairo_buffer_create(void) {
    return (ccairo_buffer *)calloc(1, sizeof(ccairo_buffer));
}

static inline void ccairo_buffer_free(ccairo_buffer *buffer) {
    if (buffer) free(buffer->bytes);
    free(buffer);
}

/// A surface that is written as SVG when it is finished; the buffer must outlive it.
static inline cairo_surface_t *ccairo_svg(ccairo_buffer *buffer, double width, double height) {
    cairo_surface_t *surface =
        cairo_svg_surface_create_for_stream(ccairo_append, buffer, width, height);
    cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX);
    return surface;
}

/// Writes a surface as PNG.
static inline cairo_status_t ccairo_png(cairo_surface_t *surface, ccairo_buffer *buffer) {
    return cairo_surface_write_to_png_stream(surface, ccairo_append, buffer);
}

#endif
