//! The one idea of the house: a stage is a setting that turns an input into an output, and learning is a
//! stage whose output is itself a stage.

mod alike;
mod context;
mod flow;
mod parallel;
mod warning;

pub use alike::{Alike, alike, punctuated};
pub use context::{Cancel, Checkpoints, Context, Event, NoCheckpoints, Progress, Saved, Session, Silent, State};
pub use flow::in_order;
pub use parallel::parallel;
pub use warning::{Warning, whole};

use crate::error::Result;

/// A step from an input to an output.
///
/// A stage is a value that is not changed by running: what it learns is its output, which may be a stage
/// again. Stages whose types meet can be joined with [`Pipeline::then`]; others do not compile:
///
/// ```
/// use mkt::error::Result;
/// use mkt::pipeline::{Context, Pipeline, Session};
///
/// struct Count;
/// impl Pipeline for Count {
///     type Input = &'static str;
///     type Output = usize;
///     fn name(&self) -> &'static str { "count" }
///     fn run(&self, input: &'static str, _: &Context<'_>) -> Result<usize> { Ok(input.len()) }
/// }
///
/// struct Double;
/// impl Pipeline for Double {
///     type Input = usize;
///     type Output = usize;
///     fn name(&self) -> &'static str { "double" }
///     fn run(&self, input: usize, _: &Context<'_>) -> Result<usize> { Ok(2 * input) }
/// }
///
/// let session = Session::silent();
/// assert_eq!(session.context().run(&Count.then(Double), "seven")?, 10);
/// # Ok::<(), mkt::error::Error>(())
/// ```
///
/// ```compile_fail,E0271
/// # use mkt::error::Result;
/// # use mkt::pipeline::{Context, Pipeline};
/// # struct Count;
/// # impl Pipeline for Count {
/// #     type Input = &'static str;
/// #     type Output = usize;
/// #     fn name(&self) -> &'static str { "count" }
/// #     fn run(&self, input: &'static str, _: &Context<'_>) -> Result<usize> { Ok(input.len()) }
/// # }
/// Count.then(Count); // a count is not a text
/// ```
pub trait Pipeline {
    type Input;
    type Output;

    /// One word for progress and timing.
    fn name(&self) -> &'static str;

    /// Turns the input into the output. Call it through [`Context::run`].
    ///
    /// # Errors
    /// Whatever keeps the stage from its output.
    fn run(&self, input: Self::Input, cx: &Context<'_>) -> Result<Self::Output>;

    /// This stage, then the next.
    fn then<N: Pipeline<Input = Self::Output>>(self, next: N) -> Then<Self, N>
    where
        Self: Sized,
    {
        Then { first: self, next }
    }
}

/// Two stages in a row.
#[derive(Clone, Debug)]
pub struct Then<A, B> {
    first: A,
    next: B,
}

impl<A: Pipeline, B: Pipeline<Input = A::Output>> Pipeline for Then<A, B> {
    type Input = A::Input;
    type Output = B::Output;

    fn name(&self) -> &'static str {
        self.next.name()
    }

    fn run(&self, input: A::Input, cx: &Context<'_>) -> Result<B::Output> {
        let between = cx.run(&self.first, input)?;
        self.next.run(between, cx)
    }
}
