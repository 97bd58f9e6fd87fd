import TensorCore
import TrainingInterfaces

/// Images of one size that are held in memory, with their classes.
struct StoredImages: Dataset {
    let classNames: [String]?
    let pipeline: Pipeline
    /// The values of all images, each plane after plane.
    let values: [UInt8]
    let labels: [Int]
    let channels: Int
    let height: Int
    let width: Int

    var count: Int { labels.count }

    func label(at index: Int) -> Int? { labels[index] }

    func sample(at index: Int) -> Sample {
        let size = height * width
        let start = index * size * channels
        var pixels = Array(values[start..<(start + size * channels)])
        if channels > 1 {
            for channel in 0..<channels {
                let plane = start + channel * size
                for place in 0..<size { pixels[place * channels + channel] = values[plane + place] }
            }
        }
        var sample = Sample()
        sample.image = Image(
            height: height, width: width, channels: channels, pixels: .uint8(pixels))
        sample["gt_label"] = .array(PlainTensor([Int64(labels[index])], shape: []))
        return sample
    }
}
