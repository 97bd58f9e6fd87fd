/// An expression of a Python config, and where it begins.
struct PythonExpression {
    /// What an expression is.
    indirect enum Kind {
        case constant(PythonConstant)
        /// A text with expressions in it.
        case formatted([FormattedPart])
        case name(String)
        /// `{{ _base_.a.b }}`, of which this is `a.b`.
        case base(String)
        case list([PythonExpression])
        case tuple([PythonExpression])
        case dictionary([Entry])
        /// `*elements` in a list, tuple or call.
        case starred(PythonExpression)
        case unary(String, PythonExpression)
        case binary(String, PythonExpression, PythonExpression)
        /// `and` and `or`, whose value is one of the two.
        case choice(isAnd: Bool, PythonExpression, PythonExpression)
        /// `a < b <= c`.
        case comparison(PythonExpression, [(sign: String, right: PythonExpression)])
        case conditional(test: PythonExpression, PythonExpression, else: PythonExpression)
        case attribute(PythonExpression, String)
        case item(PythonExpression, PythonExpression)
        case slice(PythonExpression, PythonSlice)
        case call(PythonExpression, [PythonExpression], [Entry])
        /// `[element for … in … if …]`, or a generator, which is computed at once.
        case listComprehension(PythonExpression, [Clause])
        case dictionaryComprehension(PythonExpression, PythonExpression, [Clause])
    }

    /// `key: value`, `name=value`, or `**value` without a key.
    struct Entry {
        let key: PythonExpression?
        let value: PythonExpression
    }

    /// `for target in source if condition`.
    struct Clause {
        let target: PythonExpression
        let source: PythonExpression
        let conditions: [PythonExpression]
    }

    /// A piece of a formatted text.
    enum FormattedPart {
        case text(String)
        case value(PythonExpression, conversion: String?, format: [FormattedPart])
    }

    let kind: Kind
    let offset: Int
    /// How many expressions stand in each other here.
    let depth: Int
}

/// `start:stop:step`, each of which may be missing.
struct PythonSlice {
    let start: PythonExpression?
    let stop: PythonExpression?
    let step: PythonExpression?

    /// The parts that are there.
    var parts: [PythonExpression] { [start, stop, step].compactMap { $0 } }
}

/// A statement of a Python config, and where it begins.
struct PythonStatement {
    /// What a statement is.
    indirect enum Kind {
        /// `a = b = value`.
        case assign([PythonExpression], PythonExpression)
        /// `a += value`, by its operator without `=`.
        case augment(PythonExpression, String, PythonExpression)
        case expression(PythonExpression)
        /// `if` and `elif` with their blocks; `else` has a test that is missing.
        case branches([(test: PythonExpression?, block: [PythonStatement])])
        /// A function of `copy` under a name, or `copy` itself.
        case importCopy(name: String, function: String?)
        case pass
    }

    let kind: Kind
    let offset: Int
}
