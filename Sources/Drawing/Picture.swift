import Foundation

/// Something drawn, to be written as PNG or SVG.
public struct Picture {
    /// How many pixels it is wide.
    public let width: Int
    /// How many pixels it is high.
    public let height: Int
    private let draw: (Canvas) throws -> Void

    /// A picture that `draw` makes; it is called once for every form that is asked for.
    public init(width: Int, height: Int, _ draw: @escaping (Canvas) throws -> Void) {
        self.width = width
        self.height = height
        self.draw = draw
    }

    /// The picture as a PNG file.
    ///
    /// Errors: throws `DrawingError`, or what drawing throws.
    public func png() throws -> [UInt8] { try canvas(.pixels).png() }

    /// The picture as an SVG file, with its text as a description for those who cannot see it.
    ///
    /// Errors: throws `DrawingError`, or what drawing throws.
    public func svg() throws -> String {
        let canvas = try canvas(.svg)
        let texts = canvas.texts
        let svg = String(decoding: try canvas.svg(), as: UTF8.self)
        guard let start = svg.range(of: "<svg"),
            let end = svg.range(of: ">", range: start.upperBound..<svg.endIndex)
        else { return svg }
        // cairo draws letters as shapes, which cannot be searched or read aloud.
        let description = texts.map(Self.escaped).joined(separator: "\n")
        return svg.replacingCharacters(in: end, with: ">\n<desc>\(description)</desc>")
    }

    /// The picture's pixels.
    ///
    /// Errors: throws `DrawingError`, or what drawing throws.
    public func raster() throws -> Raster { try canvas(.pixels).raster() }

    /// Writes the picture to a file whose name ends in `.png` or `.svg`; folders are made.
    ///
    /// Errors: throws `DrawingError`, or what drawing throws.
    public func write(to path: String) throws {
        let bytes: [UInt8]
        switch URL(fileURLWithPath: path).pathExtension.lowercased() {
        case "png": bytes = try png()
        case "svg": bytes = Array(try svg().utf8)
        default:
            throw DrawingError("\(path): only .png and .svg are written; choose such a name")
        }
        try Self.write(bytes, to: path)
    }

    /// Writes bytes to a file, making its folders.
    ///
    /// Errors: throws `DrawingError`.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = URL(fileURLWithPath: path)
        do {
            let folder = file.deletingLastPathComponent()
            if !FileManager.default.fileExists(atPath: folder.path) {
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true)
            }
            try Data(bytes).write(to: file, options: .atomic)
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
            let reason = cause.map {
                unsafe String(cString: strerror(Int32(($0 as NSError).code)))
            }
            throw DrawingError(
                "\(path): cannot write: \((reason ?? "\(error)").lowercased())")
        }
    }

    private func canvas(_ kind: Canvas.Kind) throws -> Canvas {
        let canvas = try Canvas(width: width, height: height, kind)
        try draw(canvas)
        return canvas
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
