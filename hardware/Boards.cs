namespace Fleet.Hardware;

/// <summary>The list of boards. To add one, write its folder under boards/ and its line here.</summary>
public static class Boards
{
    /// <summary>Every board there is, made anew.</summary>
    public static Board[] All()
    {
        return new Board[]
        {
            Esp32PoeIso.Describe(),
            Wt32Eth01.Describe(),
            Esp32DevKit.Describe(),
            Esp32S3DevKit.Describe(),
        };
    }

    /// <summary>The board of this name; null when there is none.</summary>
    public static Board Find(string name)
    {
        Board[] all = All();
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i].Name == name)
                return all[i];
        }
        return null;
    }

    /// <summary>The names of all boards, for a message.</summary>
    public static string Names()
    {
        Board[] all = All();
        string names = all[0].Name;
        for (int i = 1; i < all.Length; i++)
            names += ", " + all[i].Name;
        return names;
    }
}
