/// Finds the name a user probably meant.
public enum Spelling {
    /// The closest of `names`, if it is close enough to be a misspelling of `word`.
    ///
    /// Close enough is an edit distance of at most `max(1, length / 3)`; words that differ only in
    /// case count as one edit apart. Among equally close names the first wins.
    ///
    /// - Parameters:
    ///   - word: The word that was written.
    ///   - names: What there is.
    ///   - most: The most edits to allow, however long the word is.
    /// - Returns: The name, or `nil` where none is close enough.
    public static func suggestion(
        for word: String, among names: some Sequence<String>, atMost most: Int = .max
    ) -> String? {
        let limit = min(most, max(1, word.count / 3))
        var best: (name: String, distance: Int)?
        for name in names where name != word && abs(name.count - word.count) <= limit {
            let distance = min(
                editDistance(word, name), editDistance(word.lowercased(), name.lowercased()) + 1)
            // Two words without a letter in common are not spellings of each other.
            guard distance <= limit, distance < max(word.count, name.count) else { continue }
            if distance < best?.distance ?? .max { best = (name, distance) }
        }
        return best?.name
    }

    /// The least number of insertions, deletions, replacements and swaps of neighbours between two
    /// words.
    package static func editDistance(_ left: String, _ right: String) -> Int {
        let left = Array(left)
        let right = Array(right)
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = previous[column] + (left[row] == right[column] ? 0 : 1)
                var cost = min(previous[column + 1] + 1, current[column] + 1, replaced)
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    cost = min(cost, beforePrevious[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
