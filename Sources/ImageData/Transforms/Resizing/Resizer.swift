import ConfigCore

/// A way of resizing, as `interpolation` and `backend` name it.
struct Resizer: Sendable {
    private enum Backend: String, CaseIterable {
        case cv2, pillow
    }

    private enum Method {
        case openCV(Interpolation)
        case pillow(PillowFilter)
    }

    private let method: Method

    /// Resizing as OpenCV does it.
    init(_ interpolation: Interpolation) { method = .openCV(interpolation) }

    /// Reads `interpolation` and `backend`.
    init(from reader: inout ConfigReader, default interpolation: Interpolation = .bilinear) throws {
        switch try reader.choice("backend", default: Backend.cv2) {
        case .cv2:
            method = .openCV(try reader.choice("interpolation", default: interpolation))
        case .pillow:
            let filter = PillowFilter(rawValue: interpolation.rawValue) ?? .bilinear
            method = .pillow(try reader.choice("interpolation", default: filter))
        }
    }

    /// The image at another size.
    func resized(_ image: Image, height: Int, width: Int, for transform: String) throws -> Image {
        switch method {
        case .openCV(let interpolation):
            return image.resized(height: height, width: width, by: interpolation)
        case .pillow(let filter):
            if height == image.height, width == image.width { return image }
            let resize = PillowResize(image, height, width, filter)
            return resize.result(of: try image.bytes(for: transform))
        }
    }
}
