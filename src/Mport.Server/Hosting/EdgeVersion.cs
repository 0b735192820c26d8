using System.Reflection;

namespace Mport.Server.Hosting;

/// <summary>The program's version.</summary>
internal static class EdgeVersion
{
    /// <summary>As the build wrote it: <c>0.1.0</c>.</summary>
    public static string Text { get; } =
        typeof(EdgeVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
