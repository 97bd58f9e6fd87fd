import MMRunner

/// Adds noise to every pixel.
struct AddNoise: Transform {
    let deviation: Double
    var isRandom: Bool { true }

    func apply(to sample: inout Sample, random: inout RandomStream) {
        guard let image = sample.image, case .float32(var pixels) = image.pixels else { return }
        for place in pixels.indices { pixels[place] += Float(deviation * random.normal()) }
        sample.image = Image(
            height: image.height, width: image.width, channels: image.channels,
            pixels: .float32(pixels))
    }
}
