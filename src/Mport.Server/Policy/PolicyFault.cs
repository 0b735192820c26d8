namespace Mport.Server.Policy;

/// <summary>One thing that is wrong with a policy.</summary>
/// <param name="Pointer">Where: a JSON pointer, from the list of rules on.</param>
/// <param name="Detail">What, as a sentence.</param>
internal sealed record PolicyFault(string Pointer, string Detail)
{
    /// <inheritdoc />
    public override string ToString() => $"{(Pointer.Length == 0 ? "/" : Pointer)}: {Detail}";
}
