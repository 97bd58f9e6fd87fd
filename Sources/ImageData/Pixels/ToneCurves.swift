/// What levels become, by how often they occur.
enum ToneCurves {
    /// Spreads the levels between the least and the greatest over the whole range.
    static func stretched(_ counts: [Int]) -> [UInt8] {
        guard let low = counts.firstIndex(where: { $0 > 0 }),
            let high = counts.lastIndex(where: { $0 > 0 }), low < high
        else { return (0..<256).map { UInt8($0) } }
        let scale = 255 / Double(high - low)
        let offset = -Double(low) * scale
        return (0..<256).map { UInt8(min(max(Double($0) * scale + offset, 0), 255)) }
    }

    /// Spreads the levels so that all ranges of them occur about as often.
    static func equalized(_ counts: [Int]) -> [UInt8] {
        let last = counts.last { $0 > 0 } ?? 0
        let step = (counts.reduce(0, +) - last) / 255
        guard step > 0 else { return (0..<256).map { UInt8($0) } }
        var sum = step / 2
        return counts.map { count in
            defer { sum += count }
            // The first level has nothing below it, and stays at the bottom.
            return UInt8(min(sum / step, 255))
        }
    }

    /// The mean level.
    static func mean(of levels: [UInt8], _ rule: FloatingPointRoundingRule) -> UInt8 {
        let sum = levels.reduce(0) { $0 + Int($1) }
        return UInt8((Double(sum) / Double(max(levels.count, 1))).rounded(rule))
    }
}
