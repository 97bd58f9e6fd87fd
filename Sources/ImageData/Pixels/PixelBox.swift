/// A rectangle of pixels.
struct PixelBox: Sendable, Equatable {
    var top: Int
    var left: Int
    var height: Int
    var width: Int
}

extension Image {
    /// The image with a box filled: with one colour, or with values for all its pixels.
    func covering(_ box: PixelBox, with patch: [UInt8]) -> Image {
        rearranged(height: height, width: width, Cover(box: box, patch: patch))
    }
}

private struct Cover: Rearrangement {
    let box: PixelBox
    let patch: [UInt8]

    func callAsFunction<Value: PixelValue>(_ values: [Value], _ image: Image) -> [Value] {
        var result = values
        let length = max(box.width, 0) * image.channels
        let patch = patch.map { Value(clamping: Double($0)) }
        // A single colour begins anew with every pixel.
        let isColor = patch.count == image.channels
        for y in 0..<max(box.height, 0) {
            let start = ((box.top + y) * image.width + box.left) * image.channels
            for place in 0..<length {
                result[start + place] = patch[isColor ? place % patch.count : y * length + place]
            }
        }
        return result
    }
}
