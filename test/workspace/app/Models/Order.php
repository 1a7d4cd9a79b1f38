<?php

namespace App\Models;

use Illuminate\Database\Eloquent\Model;

class Order extends Model
{
    protected $guarded = [];

    public function total(): int
    {
        return $this->lines->sum(fn ($line) => $line->price * $line->quantity);
    }
}
