#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

#include <zlib.h>

// A macro with arguments is not imported.
/// Begins to read gzip data, or zlib's own.
static inline int czlib_begin_unpacking(z_stream *stream) { return inflateInit2(stream, 15 + 32); }

#endif
