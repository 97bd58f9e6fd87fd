internal import CCairo

/// A surface to draw lines, text and images on; distances are in pixels.
///
/// Every call into cairo is in this folder. What goes wrong is told when the picture is taken.
@safe
public final class Canvas {
    enum Kind { case pixels, svg }

    private let surface: OpaquePointer
    private let context: OpaquePointer
    private let buffer: UnsafeMutablePointer<ccairo_buffer>
    private let width: Int
    private let height: Int
    /// What was written, in order.
    private(set) var texts: [String] = []

    init(width: Int, height: Int, _ kind: Kind) throws(DrawingError) {
        guard (1...Self.maximumSide).contains(width), (1...Self.maximumSide).contains(height)
        else {
            throw DrawingError(
                "a picture of \(width)x\(height) pixels cannot be drawn; its sides may have 1 to "
                    + "\(Self.maximumSide)")
        }
        guard let buffer = unsafe ccairo_buffer_create() else {
            throw DrawingError("a picture of \(width)x\(height) pixels: out of memory")
        }
        unsafe self.buffer = buffer
        let made =
            switch kind {
            case .pixels:
                unsafe cairo_image_surface_create(
                    CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
            case .svg: unsafe ccairo_svg(buffer, Double(width), Double(height))
            }
        // cairo never returns null: its objects know what went wrong.
        guard let surface = unsafe made, let context = unsafe cairo_create(surface) else {
            unsafe ccairo_buffer_free(buffer)
            throw DrawingError("a picture of \(width)x\(height) pixels: out of memory")
        }
        unsafe self.surface = surface
        unsafe self.context = context
        (self.width, self.height) = (width, height)
        fill(
            Box(x: 0, y: 0, width: Double(width), height: Double(height)), .white)
    }

    /// What image surfaces can have.
    static let maximumSide = 32_767

    deinit {
        unsafe cairo_destroy(context)
        unsafe cairo_surface_destroy(surface)
        unsafe ccairo_buffer_free(buffer)
    }

    // MARK: Lines

    /// Fills a rectangle.
    public func fill(_ box: Box, _ color: Color) {
        use(color)
        unsafe cairo_rectangle(context, box.x, box.y, box.width, box.height)
        unsafe cairo_fill(context)
    }

    /// Draws the edge of a rectangle.
    public func frame(_ box: Box, _ color: Color, width: Double = 1) {
        use(color)
        unsafe cairo_set_line_width(context, width)
        unsafe cairo_rectangle(context, box.x, box.y, box.width, box.height)
        unsafe cairo_stroke(context)
    }

    /// Draws a line through points; `dash` is the length of its dashes, 0 draws it whole.
    public func line(_ points: [Point], _ color: Color, width: Double = 1, dash: Double = 0) {
        guard let first = points.first else { return }
        use(color)
        unsafe cairo_set_line_width(context, width)
        unsafe cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        unsafe cairo_set_dash(context, [dash], dash > 0 ? 1 : 0, 0)
        unsafe cairo_move_to(context, first.x, first.y)
        for point in points.dropFirst() { unsafe cairo_line_to(context, point.x, point.y) }
        unsafe cairo_stroke(context)
        unsafe cairo_set_dash(context, nil, 0, 0)
    }

    /// Draws a disc.
    public func dot(_ center: Point, radius: Double, _ color: Color) {
        use(color)
        unsafe cairo_new_path(context)
        unsafe cairo_arc(context, center.x, center.y, radius, 0, 2 * .pi)
        unsafe cairo_fill(context)
    }

    /// Draws only inside a rectangle while `body` runs.
    public func clipped(to box: Box, _ body: () throws -> Void) rethrows {
        unsafe cairo_save(context)
        defer { unsafe cairo_restore(context) }
        unsafe cairo_rectangle(context, box.x, box.y, box.width, box.height)
        unsafe cairo_clip(context)
        try body()
    }

    private func use(_ color: Color) {
        unsafe cairo_set_source_rgb(context, color.red, color.green, color.blue)
    }

    // MARK: Text

    /// How wide a text is.
    ///
    /// Errors: throws where the machine has no font.
    public func width(of text: String, _ font: Font) throws(DrawingError) -> Double {
        try use(font)
        var extents = cairo_text_extents_t()
        unsafe cairo_text_extents(context, text, &extents)
        return extents.x_advance
    }

    /// Writes a line of text whose base line begins, ends or has its middle at a place.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - place: Where it stands.
    ///   - font: How it looks.
    ///   - alignment: Which part of it stands there.
    ///   - color: Its colour.
    ///   - isUpwards: Whether it is turned to run upwards.
    /// - Throws: `DrawingError` where the machine has no font.
    public func text(
        _ text: String, at place: Point, _ font: Font, _ alignment: TextAlignment = .start,
        color: Color = .black, upwards isUpwards: Bool = false
    ) throws(DrawingError) {
        let width = try width(of: text, font)
        let shift =
            switch alignment {
            case .start: 0.0
            case .middle: -width / 2
            case .end: -width
            }
        unsafe cairo_save(context)
        unsafe cairo_translate(context, place.x, place.y)
        if isUpwards { unsafe cairo_rotate(context, -.pi / 2) }
        use(color)
        unsafe cairo_move_to(context, shift, 0)
        unsafe cairo_show_text(context, text)
        unsafe cairo_restore(context)
        unsafe cairo_new_path(context)
        texts.append(text)
    }

    private func use(_ font: Font) throws(DrawingError) {
        unsafe cairo_select_font_face(
            context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
            font.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        unsafe cairo_set_font_size(context, font.size)
        var extents = cairo_text_extents_t()
        unsafe cairo_text_extents(context, "M", &extents)
        guard unsafe cairo_status(context) == CAIRO_STATUS_SUCCESS, extents.width > 0 else {
            throw DrawingError("no font is found to write with; install fonts-dejavu-core")
        }
    }

    // MARK: Images

    /// Draws an image so that it fills a rectangle; pixels that are enlarged stay squares.
    public func image(_ raster: Raster, in box: Box) throws(DrawingError) {
        guard
            let picture = unsafe cairo_image_surface_create(
                CAIRO_FORMAT_RGB24, Int32(raster.width), Int32(raster.height))
        else { throw DrawingError("an image of \(raster.width)x\(raster.height): out of memory") }
        defer { unsafe cairo_surface_destroy(picture) }
        unsafe try fill(picture, with: raster)
        unsafe cairo_save(context)
        defer { unsafe cairo_restore(context) }
        unsafe cairo_translate(context, box.x, box.y)
        let scale = (x: box.width / Double(raster.width), y: box.height / Double(raster.height))
        unsafe cairo_scale(context, scale.x, scale.y)
        unsafe cairo_set_source_surface(context, picture, 0, 0)
        let pattern = unsafe cairo_get_source(context)
        unsafe cairo_pattern_set_filter(
            pattern, scale.x >= 1 ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD)
        unsafe cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD)
        unsafe cairo_rectangle(context, 0, 0, Double(raster.width), Double(raster.height))
        unsafe cairo_fill(context)
    }

    private func fill(_ picture: OpaquePointer, with raster: Raster) throws(DrawingError) {
        guard let data = unsafe cairo_image_surface_get_data(picture) else {
            throw DrawingError("an image of \(raster.width)x\(raster.height) cannot be drawn")
        }
        let stride = Int(unsafe cairo_image_surface_get_stride(picture))
        for row in 0..<raster.height {
            for column in 0..<raster.width {
                let from = 3 * (row * raster.width + column)
                let to = row * stride + 4 * column
                for part in 0..<3 { unsafe data[to + part] = raster.pixels[from + part] }
            }
        }
        unsafe cairo_surface_mark_dirty(picture)
    }

    // MARK: What was drawn

    /// The picture as a PNG file.
    func png() throws(DrawingError) -> [UInt8] {
        try check(unsafe cairo_status(context))
        unsafe buffer.pointee.count = 0
        try check(unsafe ccairo_png(surface, buffer))
        return bytes
    }

    /// The picture as an SVG file; nothing can be drawn afterwards.
    func svg() throws(DrawingError) -> [UInt8] {
        try check(unsafe cairo_status(context))
        unsafe cairo_surface_finish(surface)
        try check(unsafe cairo_surface_status(surface))
        return bytes
    }

    /// The pixels.
    func raster() throws(DrawingError) -> Raster {
        try check(unsafe cairo_status(context))
        unsafe cairo_surface_flush(surface)
        let stride = Int(unsafe cairo_image_surface_get_stride(surface))
        var pixels = [UInt8](repeating: 0, count: 3 * width * height)
        guard let data = unsafe cairo_image_surface_get_data(surface) else {
            throw DrawingError("a picture of \(width)x\(height) pixels cannot be read back")
        }
        for row in 0..<height {
            for column in 0..<width {
                let from = row * stride + 4 * column
                let to = 3 * (row * width + column)
                for part in 0..<3 { pixels[to + part] = unsafe data[from + part] }
            }
        }
        guard let raster = Raster(width: width, height: height, pixels: pixels) else {
            throw DrawingError("a picture of \(width)x\(height) pixels cannot be read back")
        }
        return raster
    }

    private var bytes: [UInt8] {
        guard let start = unsafe buffer.pointee.bytes else { return [] }
        return unsafe [UInt8](UnsafeBufferPointer(start: start, count: buffer.pointee.count))
    }

    private func check(_ status: cairo_status_t) throws(DrawingError) {
        guard status != CAIRO_STATUS_SUCCESS else { return }
        let reason = unsafe String(cString: cairo_status_to_string(status))
        throw DrawingError("a picture of \(width)x\(height) pixels: \(reason)")
    }
}
