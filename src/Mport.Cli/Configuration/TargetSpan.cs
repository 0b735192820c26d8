using System.Runtime.InteropServices;
using Mport.Client;

namespace Mport.Cli.Configuration;

/// <summary>A target, or targets on one host whose ports stand in a row.</summary>
/// <param name="First">The one with the lowest port.</param>
/// <param name="Count">How many there are.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TargetSpan(TargetAddress First, int Count)
{
    /// <summary>The target of this place in the row, from 0.</summary>
    public TargetAddress this[int index] => First with { Port = First.Port + index };
}
