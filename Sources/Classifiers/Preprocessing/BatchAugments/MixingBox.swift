import ConfigCore
import TensorCore

/// How the box is drawn that one image takes over from another.
///
/// Source: `rand_bbox`, `rand_bbox_minmax` and `cutmix_bbox_and_lam` of MMClassification 0.x.
struct MixingBox: Sendable {
    /// The rows and columns of an image.
    struct Place: Equatable {
        let rows: Range<Int>
        let columns: Range<Int>
    }

    /// The least and the largest part of height and width that a box takes; nil goes by the proportion.
    var bounds: (least: Double, largest: Double)?
    /// Whether the proportion becomes what the box really covers.
    var correctsShare = true

    init() {}

    /// Reads `cutmix_minmax` and `correct_lam`.
    init(from reader: inout ConfigReader) throws {
        correctsShare = try reader.value("correct_lam", default: true)
        guard let bounds = try reader.optional("cutmix_minmax", as: [Double].self) else { return }
        guard bounds.count == 2, 0 <= bounds[0], bounds[0] < bounds[1], bounds[1] <= 1 else {
            throw reader.failure(
                "cutmix_minmax", "",
                expected: "two numbers from 0 to 1, the smaller one first")
        }
        self.bounds = (bounds[0], bounds[1])
    }

    /// A box in images of that height and width, and the share of the image outside it.
    func draw(
        height: Int, width: Int, share: Double, _ random: inout RandomStream
    ) -> (place: Place, share: Double) {
        let place =
            bounds.map { bounded(height, width, $0, &random) }
            ?? centred(height, width, (1 - share).squareRoot(), &random)
        guard correctsShare || bounds != nil else { return (place, share) }
        let area = place.rows.count * place.columns.count
        return (place, 1 - Double(area) / Double(height * width))
    }

    private func centred(
        _ height: Int, _ width: Int, _ ratio: Double, _ random: inout RandomStream
    ) -> Place {
        func range(_ size: Int) -> (_ centre: Int) -> Range<Int> {
            let half = Int(Double(size) * ratio) / 2
            return { max(0, min($0 - half, size))..<max(0, min($0 + half, size)) }
        }
        let row = random.integer(in: 0...(height - 1))
        let column = random.integer(in: 0...(width - 1))
        return Place(rows: range(height)(row), columns: range(width)(column))
    }

    private func bounded(
        _ height: Int, _ width: Int, _ bounds: (least: Double, largest: Double),
        _ random: inout RandomStream
    ) -> Place {
        // Images too small for a choice leave the least size, and the first place.
        func below(_ low: Int, _ high: Int) -> Int {
            random.integer(in: low...max(low, high - 1))
        }
        func size(_ whole: Int) -> Int {
            below(Int(Double(whole) * bounds.least), Int(Double(whole) * bounds.largest))
        }
        let (rows, columns) = (size(height), size(width))
        let (top, left) = (below(0, height - rows), below(0, width - columns))
        return Place(rows: top..<(top + rows), columns: left..<(left + columns))
    }
}
