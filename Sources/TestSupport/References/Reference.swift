/// Operations as plain loops in double precision, one file each: what kernels are compared with.
///
/// They follow the definitions letter by letter and care for nothing else.
package enum Reference {}
