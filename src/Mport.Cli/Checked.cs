using System.Diagnostics.CodeAnalysis;
using Mport.Protocol.Errors;

namespace Mport.Cli;

/// <summary>A value, or all the failures that stood in its way, so that one run tells the user everything.</summary>
/// <typeparam name="T">The value.</typeparam>
internal readonly struct Checked<T>
    where T : class
{
    private readonly IReadOnlyList<Failure>? _failures;

    private Checked(T? value, IReadOnlyList<Failure>? failures) => (Value, _failures) = (value, failures);

    /// <summary>A value; for interfaces, which have no conversions.</summary>
    public Checked(T value)
        : this(value, null)
    {
    }

    /// <summary>The value; null exactly when there are failures.</summary>
    public T? Value { get; }

    /// <summary>Empty exactly when there is a value.</summary>
    public IReadOnlyList<Failure> Failures => _failures ?? [];

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool Ok => Value is not null;

    public static implicit operator Checked<T>(T value) => new(value, null);

    public static implicit operator Checked<T>(Failure failure) => new(null, [failure]);

    public static implicit operator Checked<T>(List<Failure> failures) => new(null, failures);

    public static implicit operator Checked<T>(Failure[] failures) => new(null, failures);
}
