import Foundation

/// The norm of a list by its definition; in a file of its own because `pow` comes with Foundation.
enum PowerSum {
    static func norm(_ values: [Double], _ order: Double) -> Double {
        pow(values.reduce(0) { $0 + pow(abs($1), order) }, 1 / order)
    }
}
