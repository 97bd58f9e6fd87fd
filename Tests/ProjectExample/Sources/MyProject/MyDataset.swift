import Foundation
import MMRunner

/// Points of two rings around the origin, and which ring each is of.
struct MyDataset: Dataset {
    let labels: [Int64]
    let points: [[Float]]
    var count: Int { labels.count }

    init(size: Int, seed: UInt64) {
        let torch = TorchGenerator.manualSeed(seed)
        let labels = torch.randint(0, 2, size)
        let radii = zip(labels, torch.randn(size)).map { 3 * Float($0 + 1) + $1 }
        let angles = torch.rand(size).map { $0 * 2 * Float.pi }
        self.labels = labels
        points = zip(radii, angles).map { [$0 * cos($1), $0 * sin($1)] }
    }

    func sample(at index: Int) -> Sample {
        Sample(
            .tuple([
                .array(PlainTensor(points[index], shape: [2])),
                .array(PlainTensor([labels[index]], shape: [])),
            ]))
    }
}
