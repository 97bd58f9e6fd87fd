import MMRunner

/// Images that are made, not read: stripes along rows (class 0) or columns (class 1).
struct Stripes: Dataset {
    let count: Int
    let pipeline: Pipeline
    var classNames: [String]? { ["rows", "columns"] }

    func label(at index: Int) -> Int? { index % 2 }

    func sample(at index: Int) -> Sample {
        let pixels = (0..<64).map { Float(index % 2 == 0 ? $0 / 8 % 2 : $0 % 2) }
        var sample = Sample()
        sample.image = Image(height: 8, width: 8, channels: 1, pixels: .float32(pixels))
        sample["gt_label"] = .array(PlainTensor([Int64(index % 2)], shape: []))
        return sample
    }
}
