import Drawing
import ImageData

extension Raster {
    /// An image's pixels: grey ones in all colours, values beyond bytes clamped; nil for an image without
    /// pixels.
    init?(_ image: Image) {
        let bytes: [UInt8] =
            switch image.pixels {
            case .uint8(let values): values
            case .float32(let values): values.map { UInt8(clamping: Double($0)) }
            }
        let colors: [UInt8]
        switch image.channels {
        case 3: colors = bytes
        case 1: colors = bytes.flatMap { [$0, $0, $0] }
        default:
            // Of other channels the first three are shown, or the first.
            let count = image.channels
            colors = (0..<(image.height * image.width)).flatMap { pixel in
                (0..<3).map { bytes[pixel * count + (count > 2 ? $0 : 0)] }
            }
        }
        self.init(width: image.width, height: image.height, pixels: colors)
    }
}
