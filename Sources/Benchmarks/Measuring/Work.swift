/// A piece of work as reports name it.
struct Work {
    /// How much one repetition gets done.
    enum Amount {
        case images(Int)
        case bytes(Int)
        case iterations(Int)
        case one
    }

    /// The subcommand.
    let benchmark: String
    /// What is measured, in words.
    let title: String
    /// The same by names, for programs.
    let fields: [String: Any]
    let amount: Amount
}

extension Work.Amount {
    /// The speed of a repetition that takes so long, in words; nil where the time says it all.
    func speed(_ seconds: Double) -> String? {
        switch self {
        case .images(let count): "\(Text.rounded(Double(count) / seconds)) images/s"
        case .bytes(let count): "\(Text.rounded(Double(count) / seconds / 1e6)) MB/s"
        case .iterations(let count):
            "\(Text.rounded(seconds / Double(count) * 1e6)) µs an iteration"
        case .one: nil
        }
    }

    /// The same as a named number.
    func speedField(_ seconds: Double) -> (name: String, value: Double)? {
        switch self {
        case .images(let count): ("images_per_second", Double(count) / seconds)
        case .bytes(let count): ("megabytes_per_second", Double(count) / seconds / 1e6)
        case .iterations(let count): ("microseconds_per_iteration", seconds / Double(count) * 1e6)
        case .one: nil
        }
    }
}
